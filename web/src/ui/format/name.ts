/** One or two letters for a name in any script: `ED` for Emma Davis, `P` for Prince. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean)
  const first = words.at(0)
  if (first === undefined) return '?'
  const last = words.length > 1 ? words.at(-1) : undefined
  return [first, last].map(firstLetter).join('').toLocaleUpperCase('en-GB')
}

const letters = new Intl.Segmenter('en-GB')

/** What a reader takes for one letter, accents and emoji included. */
function firstLetter(word = ''): string {
  return letters.segment(word)[Symbol.iterator]().next().value?.segment ?? ''
}

/** `EH1 2AB` from any spelling; what is no British postcode stays as it is. */
export function formatPostcode(postcode: string): string {
  const compact = postcode.replace(/\s/g, '').toUpperCase()
  return /^[A-Z]{1,2}\d[A-Z\d]?\d[A-Z]{2}$/.test(compact)
    ? `${compact.slice(0, -3)} ${compact.slice(-3)}`
    : postcode
}

/** The same words with a capital first letter. */
export function sentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** `PENDING_PAYMENT` as `Pending payment`. */
export function humanise(code: string): string {
  return sentence(
    code
      .replace(/[_.-]+/g, ' ')
      .trim()
      .toLowerCase(),
  )
}

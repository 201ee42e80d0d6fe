/** The patterns of addresses, as people call the pages. */
export function pageInWords(page: string): string {
  const parts = page.split('/').filter((part) => part !== '' && part !== 'admin')
  if (parts.length === 0) return 'Start'
  const words = parts.map((part, at) =>
    part.includes('$')
      ? parts[at + 1] === undefined
        ? 'one of them'
        : undefined
      : part.replaceAll('-', ' '),
  )
  const text = words.filter((word) => word !== undefined).join(', ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}

export function inSeconds(milliseconds: number): string {
  return milliseconds < 1_000
    ? `${milliseconds} ms`
    : `${(milliseconds / 1_000).toLocaleString('en-GB', { maximumFractionDigits: 2 })} s`
}

export function inShare(thousandths: number): string {
  return (thousandths / 1_000).toLocaleString('en-GB', { maximumFractionDigits: 3 })
}

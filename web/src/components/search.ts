/** Readers for the parameters of an address. What makes no sense is left out: an old link still opens. */
type Reader<T> = (value: unknown) => T | undefined

type Shape = Readonly<Record<string, Reader<unknown>>>

export type SearchOf<S extends Shape> = {
  [Name in keyof S]?: Exclude<ReturnType<S[Name]>, undefined> | undefined
}

/** A parser for a whole address, as a route takes it. */
export function searchParser<S extends Shape>(
  shape: S,
): (search: Record<string, unknown>) => SearchOf<S> {
  return (search) => {
    const read: SearchOf<S> = {}
    for (const name of Object.keys(shape) as (keyof S & string)[]) {
      const value = shape[name]?.(search[name])
      if (value !== undefined) read[name] = value as SearchOf<S>[typeof name]
    }
    return read
  }
}

export const word: Reader<string> = (value) => {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined
  const text = String(value).trim()
  return text === '' || text.length > 200 ? undefined : text
}

export function oneOf<const T extends string>(...words: readonly T[]): Reader<T> {
  return (value) => words.find((one) => one === value)
}

export const yesOrNo: Reader<boolean> = (value) => {
  if (value === true || value === 'true') return true
  return value === false || value === 'false' ? false : undefined
}

/** A day as `2026-11-24`, if there is such a day. */
export const day: Reader<string> = (value) => {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(value)) return undefined
  const date = new Date(`${value}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(value) ? value : undefined
}

export function wholeFrom(least: number): Reader<number> {
  return (value) => {
    const number = typeof value === 'string' && value !== '' ? Number(value) : value
    return typeof number === 'number' && Number.isSafeInteger(number) && number >= least
      ? number
      : undefined
  }
}

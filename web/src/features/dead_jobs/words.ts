import { humanise } from '../../ui/format'

/** What it is about: names and ids. */
export function aboutInWords(payload: unknown): string {
  if (typeof payload !== 'object' || payload === null) return ''
  return Object.entries(payload)
    .filter((entry): entry is [string, string] => typeof entry[1] === 'string')
    .map(([name, id]) => `${humanise(name.replace(/Id$/, '')).toLowerCase()} ${id}`)
    .join(', ')
}

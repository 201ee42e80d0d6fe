import type { DuplicatePair, MergeCounts } from '../../api'
import { formatMoney, plural } from '../../ui/format'

const things = [
  ['bookings', 'booking'],
  ['payments', 'payment'],
  ['tickets', 'ticket'],
  ['addresses', 'address', 'addresses'],
  ['contacts', 'contact'],
  ['notes', 'note'],
  ['flags', 'flag'],
] as const

/** What moves, as an enumeration: `2 bookings, 1 ticket and £12.50 of store credit`; nothing at all as `nothing`. */
export function movesInWords(moves: MergeCounts, credit = 0): string {
  const parts = things
    .filter(([name]) => moves[name] > 0)
    .map(([name, one, many]) => plural(moves[name], one, many))
  if (credit > 0) parts.push(`${formatMoney(credit)} of store credit`)
  else if (moves.credits > 0) parts.push(plural(moves.credits, 'store credit'))
  const last = parts.pop()
  if (last === undefined) return 'nothing'
  return parts.length === 0 ? last : `${parts.join(', ')} and ${last}`
}

export type Reason = DuplicatePair['reasons'][number]

/** What two records share. */
export const reasonsInWords: Record<Reason, string> = {
  email: 'Same e-mail',
  phone: 'Same phone',
  surname_postcode: 'Same surname and postcode',
}

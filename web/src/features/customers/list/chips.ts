import { customerStatuses } from '../../../components/status'
import { formatMoney, formatShortDate } from '../../../ui/format'
import type { CustomerListSearch } from './filter'

export interface Chip {
  /** Which parameters go when the chip is removed. */
  keys: readonly (keyof CustomerListSearch)[]
  text: string
}

/** The filters in force, in words. */
export function chips(search: CustomerListSearch): Chip[] {
  const { status, verified, openTickets, city } = search
  const list: (Chip | undefined)[] = [
    search.search === undefined
      ? undefined
      : { keys: ['search'], text: `Search: ${search.search}` },
    status && { keys: ['status'], text: `Status: ${customerStatuses[status].word}` },
    verified === undefined
      ? undefined
      : { keys: ['verified'], text: verified ? 'E-mail verified' : 'E-mail not verified' },
    openTickets === undefined
      ? undefined
      : { keys: ['openTickets'], text: openTickets ? 'With open tickets' : 'Without open tickets' },
    span('Joined', ['joinedFrom', 'joinedTo'], search.joinedFrom, search.joinedTo, formatShortDate),
    span(
      'Last order',
      ['lastOrderFrom', 'lastOrderTo'],
      search.lastOrderFrom,
      search.lastOrderTo,
      formatShortDate,
    ),
    span('LTV', ['minLtv', 'maxLtv'], search.minLtv, search.maxLtv, formatMoney),
    city === undefined ? undefined : { keys: ['city'], text: `City: ${city}` },
  ]
  return list.filter((chip) => chip !== undefined)
}

function span<T>(
  name: string,
  keys: Chip['keys'],
  from: T | undefined,
  to: T | undefined,
  format: (value: T) => string,
): Chip | undefined {
  if (from === undefined && to === undefined) return undefined
  if (from === undefined) return { keys, text: `${name} up to ${format(to as T)}` }
  if (to === undefined) return { keys, text: `${name} from ${format(from)}` }
  return { keys, text: `${name} ${format(from)} to ${format(to)}` }
}

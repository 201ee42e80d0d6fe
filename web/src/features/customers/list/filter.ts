import type { CustomerExportRequest, ListCustomersData } from '../../../api'
import { day, oneOf, searchParser, wholeFrom, word, yesOrNo } from '../../../components/search'
import { customerStatuses } from '../../../components/status'
import { formatMoney, formatShortDate } from '../../../ui/format'

export const statuses = ['new', 'active', 'inactive', 'flagged', 'archived'] as const
const sorts = ['createdAt', 'name', 'email', 'ltv', 'orders', 'lastOrder'] as const

export const PAGE_SIZE = 25

/** The address of the list: what is not in it has its default. */
export const customerListSearch = searchParser({
  search: word,
  status: oneOf(...statuses),
  verified: yesOrNo,
  openTickets: yesOrNo,
  joinedFrom: day,
  joinedTo: day,
  lastOrderFrom: day,
  lastOrderTo: day,
  minLtv: wholeFrom(0),
  maxLtv: wholeFrom(0),
  city: word,
  sortBy: oneOf(...sorts),
  sortOrder: oneOf('asc', 'desc'),
  page: wholeFrom(1),
})

export type CustomerListSearch = ReturnType<typeof customerListSearch>

export const isSort = (name: string): name is (typeof sorts)[number] =>
  sorts.some((sort) => sort === name)

/** The same customers in the same order, all pages of them. */
export function toExport({
  page,
  sortBy,
  sortOrder,
  ...filter
}: CustomerListSearch): CustomerExportRequest {
  return { filter, sortBy, sortOrder }
}

export function toQuery(search: CustomerListSearch): NonNullable<ListCustomersData['query']> {
  return { ...search, page: search.page ?? 1, limit: PAGE_SIZE }
}

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

/** The search without these parameters, on the first page. */
export function without(search: CustomerListSearch, keys: Chip['keys']): CustomerListSearch {
  const rest = { ...search, page: undefined }
  for (const key of keys) rest[key] = undefined
  return rest
}

import type { CustomerExportRequest, ListCustomersData } from '../../../api'
import { day, oneOf, searchParser, wholeFrom, word, yesOrNo } from '../../../components/search'

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

/** No filter, and the order that goes without saying. */
export function isEverybody({ page: _page, ...search }: CustomerListSearch): boolean {
  return JSON.stringify(search) === '{}'
}

export function toQuery(search: CustomerListSearch): NonNullable<ListCustomersData['query']> {
  return { ...search, page: search.page ?? 1, limit: PAGE_SIZE }
}

/** The search without these parameters, on the first page. */
export function without(
  search: CustomerListSearch,
  keys: readonly (keyof CustomerListSearch)[],
): CustomerListSearch {
  const rest = { ...search, page: undefined }
  for (const key of keys) rest[key] = undefined
  return rest
}

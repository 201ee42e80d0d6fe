import type { SavedView, SavedViewInput } from '../../../../api'
import { customerListSearch, type CustomerListSearch } from '../filter'

/** What a view keeps of what is on the screen: filters and order, neither the search nor the page. */
export function shownNow({
  page: _page,
  search: _search,
  sortBy,
  sortOrder,
  ...filter
}: CustomerListSearch): Omit<SavedViewInput, 'name'> {
  return { filter, sortBy, sortOrder }
}

/** The address of a view. */
export function toSearch({ filter, sortBy, sortOrder }: SavedView): CustomerListSearch {
  // The order that goes without saying is left out, so that one list has one address.
  const natural = sortBy === 'createdAt' && sortOrder !== 'asc'
  return customerListSearch(natural ? filter : { ...filter, sortBy, sortOrder })
}

/** Whether the screen shows just this view, on whichever page. */
export function isShown(view: SavedView, search: CustomerListSearch): boolean {
  return search.search === undefined && sameText(toSearch(view)) === sameText(search)
}

function sameText({ page: _page, ...shown }: CustomerListSearch): string {
  // The order that goes without saying is the same said or not.
  const { sortBy = 'createdAt', sortOrder, ...filter } = shown
  const natural = sortBy === 'name' || sortBy === 'email' ? 'asc' : 'desc'
  const all = { ...filter, sortBy, sortOrder: sortOrder ?? natural }
  return JSON.stringify(Object.entries(all).sort(([a], [b]) => a.localeCompare(b)))
}

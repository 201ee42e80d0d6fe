import { expect, test } from 'vitest'
import type { SavedView } from '../../../../api'
import { isShown, shownNow, toSearch } from './shows'

const view = (shows: Pick<SavedView, 'filter' | 'sortBy' | 'sortOrder'>): SavedView => ({
  id: '01890a5d-ac96-774b-bcce-b302099a8057',
  name: 'Gone quiet',
  mine: true,
  owner: 'Anna',
  pinned: true,
  shared: false,
  version: 1,
  ...shows,
})

test('a view keeps filters and order, and neither the search nor the page', () => {
  const search = { search: 'emma', page: 3, status: 'inactive', sortBy: 'ltv' } as const
  expect(shownNow(search)).toEqual({
    filter: { status: 'inactive' },
    sortBy: 'ltv',
    sortOrder: undefined,
  })
})

test('a view is recognised on every page of it, whatever goes without saying', () => {
  const quiet = view({ filter: { status: 'inactive', minLtv: 100 }, sortBy: 'ltv' })
  expect(toSearch(quiet)).toEqual({ status: 'inactive', minLtv: 100, sortBy: 'ltv' })
  expect(isShown(quiet, { minLtv: 100, status: 'inactive', sortBy: 'ltv', page: 4 })).toBe(true)
  expect(
    isShown(quiet, { minLtv: 100, status: 'inactive', sortBy: 'ltv', sortOrder: 'desc' }),
  ).toBe(true)
  expect(isShown(quiet, { minLtv: 100, status: 'inactive', sortBy: 'ltv', sortOrder: 'asc' })).toBe(
    false,
  )
  expect(isShown(quiet, { minLtv: 100, status: 'inactive' })).toBe(false)
  expect(isShown(quiet, { minLtv: 100, status: 'inactive', sortBy: 'ltv', search: 'emma' })).toBe(
    false,
  )
  expect(isShown(view({ filter: {}, sortBy: 'createdAt' }), {})).toBe(true)
})

import { expect, test } from 'vitest'
import { chips } from './chips'
import { customerListSearch, toQuery, without } from './filter'

test('an address is read, and what makes no sense in it is left out', () => {
  const read = customerListSearch({
    search: 7700900123,
    status: 'active',
    verified: true,
    joinedFrom: '2026-02-30',
    minLtv: '5000',
    sortBy: 'password',
    page: -3,
  })
  expect(read).toMatchObject({
    search: '7700900123',
    status: 'active',
    verified: true,
    minLtv: 5000,
  })
  expect(read.joinedFrom).toBeUndefined()
  expect(read.sortBy).toBeUndefined()
  expect(read.page).toBeUndefined()
})

test('the first page is asked for when the address names none', () => {
  expect(toQuery({ status: 'new' })).toEqual({ status: 'new', page: 1, limit: 25 })
})

test('filters are said in words, each on its own', () => {
  const search = customerListSearch({
    search: 'emma',
    openTickets: true,
    minLtv: 100000,
    joinedFrom: '2026-01-05',
    joinedTo: '2026-02-01',
  })
  expect(chips(search).map(({ text }) => text)).toEqual([
    'Search: emma',
    'With open tickets',
    'Joined 5 Jan 2026 to 1 Feb 2026',
    'LTV from £1,000.00',
  ])
})

test('removing a chip goes back to the first page and leaves the others', () => {
  expect(without({ search: 'emma', minLtv: 1, maxLtv: 2, page: 4 }, ['minLtv', 'maxLtv'])).toEqual({
    search: 'emma',
    minLtv: undefined,
    maxLtv: undefined,
    page: undefined,
  })
})

import { QueryClient } from '@tanstack/react-query'
import { expect, test } from 'vitest'
import { invalidate, parseHint } from './live-connection'

test('a hint is read, and anything else is passed over', () => {
  expect(parseHint('{"topic":"customer","id":"c1","version":3}')).toEqual({
    topic: 'customer',
    id: 'c1',
    version: 3,
  })
  expect(parseHint('{"topic":"resync"}')).toEqual({ topic: 'resync' })
  expect(parseHint('nonsense')).toBeUndefined()
  expect(parseHint('[]')).toBeUndefined()
  expect(parseHint(new Blob())).toBeUndefined()
})

test('a hint about a customer marks that customer only, and no list whose rows would move', async () => {
  const queries = new QueryClient()
  const customer = (id: string) => [{ _id: 'readCustomer', path: { id }, tags: ['customers'] }]
  const list = [{ _id: 'listCustomers', tags: ['customers'] }]
  for (const key of [customer('a'), customer('b'), list]) queries.setQueryData(key, {})

  await invalidate(queries, { topic: 'customer', id: 'a' })

  const stale = (key: readonly unknown[]) => queries.getQueryState(key)?.isInvalidated
  expect(stale(customer('a'))).toBe(true)
  expect(stale(customer('b'))).toBe(false)
  expect(stale(list)).toBe(false)
})

test('a hint about money marks what belongs to the customer and the lists of money', async () => {
  const queries = new QueryClient()
  const booking = [{ _id: 'readBooking', path: { id: 'b1' }, tags: ['bookings'] }]
  const finance = [{ _id: 'readFinanceDay', tags: ['money'] }]
  queries.setQueryData(booking, { customerId: 'a' })
  queries.setQueryData(finance, {})
  const stale = (key: readonly unknown[]) => queries.getQueryState(key)?.isInvalidated

  await invalidate(queries, { topic: 'customer', id: 'a', about: 'note' })
  expect(stale(booking)).toBe(true)
  expect(stale(finance)).toBe(false)
  await invalidate(queries, { topic: 'customer', id: 'a', about: 'refund' })
  expect(stale(finance)).toBe(true)
})

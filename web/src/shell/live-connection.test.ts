import { QueryClient } from '@tanstack/react-query'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { connectLive, invalidate, parseHint } from './live-connection'

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

test('a hint that is about no customer marks the list it belongs to, and no other', async () => {
  const queries = new QueryClient()
  const jobs = [{ _id: 'listDeadJobs', tags: ['jobs'] }]
  const requests = [{ _id: 'listDataRequests', tags: ['data-requests'] }]
  for (const key of [jobs, requests]) queries.setQueryData(key, {})
  const stale = (key: readonly unknown[]) => queries.getQueryState(key)?.isInvalidated

  await invalidate(queries, { topic: 'job', id: 'j1' })
  expect([stale(jobs), stale(requests)]).toEqual([true, false])
  await invalidate(queries, { topic: 'customer', id: 'a', about: 'data_request' })
  expect(stale(requests)).toBe(true)
})

/** A socket that the test opens, speaks through and never closes by itself. */
class FakeSocket extends EventTarget {
  static readonly OPEN = 1
  static all: FakeSocket[] = []
  readyState = 0
  constructor(readonly url: string) {
    super()
    FakeSocket.all.push(this)
  }
  opens() {
    this.readyState = FakeSocket.OPEN
    this.dispatchEvent(new Event('open'))
  }
  says(topic: string) {
    this.dispatchEvent(new MessageEvent('message', { data: JSON.stringify({ topic }) }))
  }
  close() {
    this.readyState = 3
  }
}

beforeEach(() => {
  FakeSocket.all = []
  vi.useFakeTimers()
  vi.stubGlobal('WebSocket', FakeSocket)
  vi.stubGlobal('window', new EventTarget())
  vi.stubGlobal('document', new EventTarget())
  vi.stubGlobal('location', { protocol: 'http:', host: 'localhost' })
})

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

test('after a sleep the silence is noticed, and a new socket asks for what was missed', () => {
  const queries = new QueryClient()
  const key = [{ _id: 'readCustomer', path: { id: 'a' } }]
  queries.setQueryData(key, {})
  const stop = connectLive(queries, () => undefined)
  FakeSocket.all[0]?.opens()

  // Quiet, and alive.
  for (let minutes = 0; minutes < 5; minutes++) {
    vi.advanceTimersByTime(60_000)
    FakeSocket.all[0]?.says('alive')
  }
  expect(FakeSocket.all).toHaveLength(1)
  expect(queries.getQueryState(key)?.isInvalidated).toBe(false)

  // Asleep: the clock goes on, timers do not.
  vi.setSystemTime(Date.now() + 3_600_000)
  vi.advanceTimersByTime(15_000)
  expect(FakeSocket.all).toHaveLength(2)
  const unheard = Number(FakeSocket.all[1]?.url.split('unheardMs=')[1])
  expect(unheard).toBeGreaterThanOrEqual(3_600_000)
  expect(unheard).toBeLessThan(3_700_000)
  FakeSocket.all[1]?.opens()
  FakeSocket.all[1]?.says('resync')
  expect(queries.getQueryState(key)?.isInvalidated).toBe(true)
  stop()
})

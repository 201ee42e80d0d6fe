import { expect, test } from 'vitest'
import { movesInWords } from './words'

const nothing = {
  addresses: 0,
  contacts: 0,
  notes: 0,
  flags: 0,
  bookings: 0,
  payments: 0,
  tickets: 0,
  credits: 0,
}

test('what moves is enumerated', () => {
  expect(movesInWords(nothing)).toBe('nothing')
  expect(movesInWords({ ...nothing, bookings: 1 })).toBe('1 booking')
  expect(movesInWords({ ...nothing, bookings: 2, tickets: 1, addresses: 2 })).toBe(
    '2 bookings, 1 ticket and 2 addresses',
  )
  expect(movesInWords({ ...nothing, notes: 1, credits: 1 }, 1250)).toBe(
    '1 note and £12.50 of store credit',
  )
  expect(movesInWords({ ...nothing, credits: 1 })).toBe('1 store credit')
})

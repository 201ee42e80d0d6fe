import { describe, expect, test } from 'vitest'
import {
  formatCount,
  formatDateTime,
  formatMoney,
  formatPhone,
  formatPostcode,
  formatRelative,
  humanise,
  initials,
  parseMoney,
  plural,
} from '.'

describe('money', () => {
  test.each([
    [123450, '£1,234.50'],
    [-500, '-£5.00'],
    [0, '£0.00'],
    [5, '£0.05'],
    [-5, '-£0.05'],
    [100_000_000, '£1,000,000.00'],
  ])('writes %i pence as %s', (pence, text) => {
    expect(formatMoney(pence)).toBe(text)
  })

  test.each([
    ['£1,234.50', 123450],
    ['1234.5', 123450],
    [' 12 ', 1200],
    ['-5', -500],
    ['0.1', 10],
  ])('reads %s', (text, pence) => {
    expect(parseMoney(text)).toBe(pence)
  })

  test.each(['', 'abc', '1.234', '1,23', '£', '1e3'])('refuses %j', (text) => {
    expect(parseMoney(text)).toBeUndefined()
  })
})

describe('dates', () => {
  test('are written in London time', () => {
    expect(formatDateTime('2026-11-24T14:30:00Z')).toBe('Tue 24 Nov 2026, 14:30')
    expect(formatDateTime('2026-07-01T23:30:00Z')).toBe('Thu 2 Jul 2026, 00:30')
    expect(formatDateTime('2026-09-05T08:05:00Z')).toBe('Sat 5 Sep 2026, 09:05')
  })

  const now = new Date('2026-11-24T12:00:00Z')
  test.each([
    ['2026-11-24T11:59:30Z', 'just now'],
    ['2026-11-24T11:55:00Z', '5 minutes ago'],
    ['2026-11-24T11:00:00Z', '1 hour ago'],
    ['2026-11-24T15:00:00Z', 'in 3 hours'],
    ['2026-11-23T23:00:00Z', 'yesterday'],
    ['2026-11-25T08:00:00Z', 'tomorrow'],
    ['2026-11-20T12:00:00Z', '4 days ago'],
    ['2026-11-27T12:00:00Z', 'in 3 days'],
    ['2026-11-17T12:00:00Z', '17 Nov 2026'],
    ['2025-01-02T12:00:00Z', '2 Jan 2025'],
  ])('%s is "%s"', (instant, words) => {
    expect(formatRelative(instant, now)).toBe(words)
  })
})

describe('phones', () => {
  test.each([
    ['+447700900123', '07700 900123'],
    ['07700900123', '07700 900123'],
    ['+442079460958', '020 7946 0958'],
    ['0044 7700 900642', '07700 900642'],
    ['01314960123', '0131 496 0123'],
    ['01632960123', '01632 960123'],
    ['+33 1 99 00 12 34', '+33 1 99 00 12 34'],
    ['ask the concierge', 'ask the concierge'],
  ])('%s is written %s', (phone, text) => {
    expect(formatPhone(phone)).toBe(text)
  })
})

describe('words', () => {
  test('plurals are right', () => {
    expect(plural(1, 'order')).toBe('1 order')
    expect(plural(0, 'order')).toBe('0 orders')
    expect(plural(1200, 'address', 'addresses')).toBe('1,200 addresses')
    expect(formatCount(103412)).toBe('103,412')
  })

  test('initials suit any name', () => {
    expect(initials('Emma Davis')).toBe('ED')
    expect(initials('Prince')).toBe('P')
    expect(initials('María de la Cruz')).toBe('MC')
    expect(initials('محمد علي')).toBe('مع')
    expect(initials('  ')).toBe('?')
  })

  test('postcodes and codes are written for people', () => {
    expect(formatPostcode('eh12ab')).toBe('EH1 2AB')
    expect(formatPostcode('75001')).toBe('75001')
    expect(humanise('PENDING_PAYMENT')).toBe('Pending payment')
  })
})

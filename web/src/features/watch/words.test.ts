import { describe, expect, it } from 'vitest'
import { inMilliseconds, inPercent, inTime, inWords } from './words'

describe('how the system fares in words', () => {
  it('says how long something took', () => {
    expect([250, 7_500, 100_000, 2_500_000, 60_000_000].map(inTime)).toEqual([
      '250 µs',
      '7.5 ms',
      '100 ms',
      '2.5 s',
      '60 s',
    ])
    expect(inMilliseconds(0.0426)).toBe('43 µs')
  })

  it('says how long something has been so', () => {
    expect([0, 1, 59, 60, 5_400, 3 * 86_400].map(inWords)).toEqual([
      '0 seconds',
      '1 second',
      '59 seconds',
      '1 minute',
      '2 hours',
      '3 days',
    ])
  })

  it('says a share, and never none of something', () => {
    expect(inPercent(0, 0)).toBe('0 %')
    expect(inPercent(1, 100_000)).toBe('under 0.1 %')
    expect(inPercent(1, 3)).toBe('33.3 %')
  })
})

import { expect, test } from 'vitest'
import { sumShifts, valuesOf } from './page-timings'

test('shifts that follow each other are one, and the greatest counts', () => {
  const add = sumShifts()
  expect(add(0, 0.05)).toBeCloseTo(0.05)
  expect(add(900, 0.05)).toBeCloseTo(0.1)
  expect(add(2_500, 0.02)).toBeCloseTo(0.1)
  const long = sumShifts()
  for (let at = 0; at <= 5_000; at += 500) long(at, 0.1)
  expect(long(5_500, 0.1)).toBeCloseTo(1.1)
})

test('only what was measured is told, whole and within bounds', () => {
  expect(valuesOf({ shifted: 0 })).toEqual([])
  expect(valuesOf({ shifted: 0.0123, largest: 812.4 })).toEqual([
    { metric: 'lcp', value: 812 },
    { metric: 'cls', value: 12 },
  ])
  expect(valuesOf({ shifted: 3, slowest: 70_000 })).toEqual([{ metric: 'inp', value: 60_000 }])
})

import { expect, test } from 'vitest'
import { inTotal, monthsInWords } from './words'

test('whole years are said as years', () => {
  expect(monthsInWords(1)).toBe('1 month')
  expect(monthsInWords(13)).toBe('13 months')
  expect(monthsInWords(12)).toBe('1 year')
  expect(monthsInWords(72)).toBe('6 years')
})

test('a report is summed up', () => {
  const rule = (due: number, gone: number) => ({
    rule: 'mails',
    months: 12,
    before: '2025-11-28T13:00:00Z',
    due,
    held: 0,
    gone,
    examples: [],
    finished: true,
  })
  expect(inTotal([rule(3, 0), rule(4, 2)], 'due')).toBe(7)
  expect(inTotal([rule(3, 0), rule(4, 2)], 'gone')).toBe(2)
})

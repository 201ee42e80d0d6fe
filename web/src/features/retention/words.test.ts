import { expect, test } from 'vitest'
import { inTotal, monthsInWords, outcomeInWords } from './words'

test('whole years are said as years', () => {
  expect(monthsInWords(1)).toBe('1 month')
  expect(monthsInWords(13)).toBe('13 months')
  expect(monthsInWords(12)).toBe('1 year')
  expect(monthsInWords(72)).toBe('6 years')
})

const rules = [
  { name: 'mails', proposes: false },
  { name: 'archived_customers', proposes: true },
]

const report = (rule: string, due: number, gone: number) => ({
  rule,
  months: 12,
  before: '2025-11-28T13:00:00Z',
  due,
  held: 0,
  gone,
  examples: [],
  finished: true,
})

test('what would go, and what went, is summed up; who is proposed has not gone', () => {
  const both = [report('mails', 3, 2), report('mails', 4, 0), report('archived_customers', 5, 1)]
  expect(inTotal({ dry: true, report: both }, rules, false)).toBe(7)
  expect(inTotal({ dry: false, report: both }, rules, false)).toBe(2)
  expect(outcomeInWords({ dry: true, report: both }, rules)).toBe(
    '7 records would go, 5 customers would be proposed for erasure',
  )
  expect(outcomeInWords({ dry: false, report: both }, rules)).toBe(
    '2 records went, 1 customer was proposed for erasure',
  )
  expect(outcomeInWords({ dry: false, report: [report('mails', 1, 1)] }, rules)).toBe(
    '1 record went',
  )
})

import { expect, test } from 'vitest'
import { actionInWords, auditSearch, startOfDay, toQuery } from './filter'

test('days begin at midnight of London, in winter and in summer', () => {
  expect(startOfDay('2026-11-24')).toBe('2026-11-24T00:00:00.000Z')
  expect(startOfDay('2026-07-01')).toBe('2026-06-30T23:00:00.000Z')
})

test('the last day is included', () => {
  expect(toQuery({ from: '2026-11-01', to: '2026-11-30', kind: 'change' })).toMatchObject({
    kind: 'change',
    from: '2026-11-01T00:00:00.000Z',
    to: '2026-12-01T00:00:00.000Z',
  })
})

test('what makes no sense in an address is left out', () => {
  expect(auditSearch({ kind: 'gossip', from: 'yesterday', ip: '127.0.0.1' })).toEqual({
    ip: '127.0.0.1',
  })
})

test('actions are said in words', () => {
  expect(actionInWords('customer.import_updated')).toBe('Customer import updated')
})

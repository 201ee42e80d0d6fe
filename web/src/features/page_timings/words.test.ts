import { expect, test } from 'vitest'
import { inSeconds, inShare, pageInWords } from './words'

test('pages are called by what they show', () => {
  expect(pageInWords('/')).toBe('Start')
  expect(pageInWords('/admin/customers')).toBe('Customers')
  expect(pageInWords('/admin/customers/$customerId')).toBe('Customers, one of them')
  expect(pageInWords('/admin/customers/$customerId/money')).toBe('Customers, money')
  expect(pageInWords('/admin/data-requests/$requestId')).toBe('Data requests, one of them')
  expect(pageInWords('/help/{-$guide}')).toBe('Help, one of them')
})

test('bounds are said in the unit people feel', () => {
  expect([inSeconds(80), inSeconds(1_250), inSeconds(60_000)]).toEqual(['80 ms', '1.25 s', '60 s'])
  expect([inShare(0), inShare(25), inShare(1_000)]).toEqual(['0', '0.025', '1'])
})

import { expect, test } from 'vitest'
import { safeReturn } from './paths'

test.each([
  ['/admin/customers?status=active', '/admin/customers?status=active'],
  [undefined, '/admin/customers'],
  ['https://evil.example', '/admin/customers'],
  ['//evil.example', '/admin/customers'],
  ['/\\evil.example', '/admin/customers'],
  ['/sign-in?back=/x', '/admin/customers'],
])('the way back from %s is %s', (asked, back) => {
  expect(safeReturn(asked)).toBe(back)
})

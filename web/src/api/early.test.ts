import { afterEach, expect, test, vi } from 'vitest'
import { withEarlyAnswer } from './early'

const me = () => new Request('http://localhost/api/auth/me')
const later = () => Promise.resolve(new Response('later'))

afterEach(() => {
  globalThis.hubMe = undefined
})

test('who asks first gets the early answer, who asks again a new one', async () => {
  globalThis.hubMe = Promise.resolve(new Response('early'))
  const ask = withEarlyAnswer(later)
  expect(await (await ask(me())).text()).toBe('early')
  expect(await (await ask(me())).text()).toBe('later')
})

test('other questions pass it by', async () => {
  globalThis.hubMe = Promise.resolve(new Response('early'))
  const ask = withEarlyAnswer(later)
  for (const other of [
    new Request('http://localhost/api/auth/me', { method: 'POST' }),
    new Request('http://localhost/api/admin/customers'),
    'http://localhost/api/auth/me',
  ])
    expect(await (await ask(other)).text()).toBe('later')
  expect(await (await ask(me())).text()).toBe('early')
})

test('where the early answer did not come, it is asked for again', async () => {
  globalThis.hubMe = Promise.reject(new TypeError('no network'))
  const again = vi.fn(later)
  expect(await (await withEarlyAnswer(again)(me())).text()).toBe('later')
  expect(again).toHaveBeenCalledOnce()
})

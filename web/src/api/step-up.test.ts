import { afterEach, expect, test, vi } from 'vitest'
import { fetchWithStepUp, onStepUp } from './step-up'

const refusal = () =>
  new Response(JSON.stringify({ code: 'step_up_required' }), {
    status: 403,
    headers: { 'content-type': 'application/problem+json' },
  })

function server(...answers: Response[]) {
  const seen: { key: string | null; body: string }[] = []
  vi.stubGlobal('fetch', async (request: Request) => {
    seen.push({ key: request.headers.get('idempotency-key'), body: await request.text() })
    return answers.shift() ?? new Response('{}')
  })
  return seen
}

const call = () =>
  fetchWithStepUp('http://localhost/act', {
    method: 'POST',
    body: '{"amount":1}',
    headers: { 'idempotency-key': 'k' },
  })

afterEach(() => vi.unstubAllGlobals())

test('the same call is made again once the person has shown who they are', async () => {
  const seen = server(refusal())
  onStepUp(() => Promise.resolve(true))
  expect((await call()).status).toBe(200)
  expect(seen).toEqual([
    { key: 'k', body: '{"amount":1}' },
    { key: 'k', body: '{"amount":1}' },
  ])
})

test('who declines gets the refusal, with its body', async () => {
  const seen = server(refusal())
  onStepUp(() => Promise.resolve(false))
  const answer = await call()
  expect(await answer.json()).toEqual({ code: 'step_up_required' })
  expect(seen).toHaveLength(1)
})

test('other refusals ask nothing', async () => {
  const ask = vi.fn(() => Promise.resolve(true))
  onStepUp(ask)
  for (const answer of [
    new Response('{"code":"not_permitted"}', { status: 403 }),
    new Response('broken', { status: 403 }),
    new Response('{"code":"step_up_required"}', { status: 409 }),
  ]) {
    server(answer)
    expect((await call()).status).toBe(answer.status)
  }
  expect(ask).not.toHaveBeenCalled()
})

test('two calls that are refused together ask once', async () => {
  const ask = vi.fn(() => new Promise<boolean>((resolve) => setTimeout(() => resolve(true), 5)))
  onStepUp(ask)
  const seen = server(refusal(), refusal())
  await Promise.all([call(), call()])
  expect(ask).toHaveBeenCalledTimes(1)
  expect(seen).toHaveLength(4)
})

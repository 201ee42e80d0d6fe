import { expect, test } from 'vitest'
import { asProblem, Problem, problemFromAnswer } from './problem'

test('an answer becomes a problem with its code, field and request id', () => {
  const answer = new Response(null, { status: 429, headers: { 'retry-after': '30' } })
  const problem = problemFromAnswer(
    {
      title: 'Too many attempts',
      code: 'too_many_attempts',
      detail: 'Wait.',
      field: 'email',
      requestId: 'r1',
    },
    answer,
  )
  expect(problem).toMatchObject({
    status: 429,
    code: 'too_many_attempts',
    detail: 'Wait.',
    field: 'email',
    requestId: 'r1',
    retryAfter: 30,
  })
})

test('an answer that is no problem document still says what happened', () => {
  const problem = problemFromAnswer('<html>', new Response(null, { status: 502 }))
  expect(problem).toMatchObject({ status: 502, title: 'The server could not answer' })
})

test('no answer at all is status 0', () => {
  expect(asProblem(new TypeError('Failed to fetch'))).toMatchObject({
    status: 0,
    code: 'no_answer',
    title: 'No connection to the server',
  })
})

test('a problem stays itself', () => {
  const problem = new Problem(409, { code: 'email_taken' })
  expect(asProblem(problem)).toBe(problem)
})

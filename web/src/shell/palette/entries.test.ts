import { Flag } from 'lucide-react'
import { expect, test } from 'vitest'
import { narrowed, step, type Entry } from './entries'

const entry = (label: string, blocked?: string): Entry => ({
  id: label,
  label,
  blocked,
  icon: Flag,
  run: () => undefined,
})
const groups = [
  { title: 'Go to', entries: [entry('Data requests'), entry('Dead jobs')] },
  { title: 'For Zoë', entries: [entry('Issue store credit'), entry('Café note')] },
]
const labels = (typed: string) =>
  narrowed(groups, typed).flatMap(({ entries }) => entries.map(({ label }) => label))

test('every typed word must begin a word, in any case and without accents', () => {
  expect(labels('')).toHaveLength(4)
  expect(labels('d')).toEqual(['Data requests', 'Dead jobs'])
  expect(labels('REQ da')).toEqual(['Data requests'])
  expect(labels('cafe')).toEqual(['Café note'])
  expect(labels('quests')).toEqual([])
  expect(narrowed(groups, 'cred').map(({ title }) => title)).toEqual(['For Zoë'])
})

test('the arrows go round and past what may not be chosen', () => {
  const entries = [entry('a'), entry('b', 'Not now'), entry('c')]
  expect(step(entries, 0, 1)).toBe(2)
  expect(step(entries, 2, 1)).toBe(0)
  expect(step(entries, 0, -1)).toBe(2)
  expect(step(entries, -1, 1)).toBe(0)
  expect(step([entry('a', 'No')], -1, 1)).toBe(-1)
  expect(step([], -1, 1)).toBe(-1)
})

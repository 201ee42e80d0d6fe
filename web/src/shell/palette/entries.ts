import type { LucideIcon } from 'lucide-react'

/** Something one can choose in the palette. */
export interface Entry {
  id: string
  label: string
  /** What tells it from others of the same name. */
  detail?: string | undefined
  icon: LucideIcon
  /** Why it may not be chosen now. */
  blocked?: string | undefined
  run: () => void
}

export interface Group {
  title: string
  entries: Entry[]
}

/** The groups narrowed to entries in which every typed word begins a word; empty groups are left out. */
export function narrowed(groups: readonly Group[], typed: string): Group[] {
  const words = fold(typed).split(/\s+/).filter(Boolean)
  const fits = ({ label }: Entry) => {
    const parts = fold(label).split(/[^\p{L}\p{N}]+/u)
    return words.every((word) => parts.some((part) => part.startsWith(word)))
  }
  return groups
    .map(({ title, entries }) => ({ title, entries: entries.filter(fits) }))
    .filter(({ entries }) => entries.length > 0)
}

function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
}

/** The next entry that may be chosen in this direction, round and round. */
export function step(entries: readonly Entry[], from: number, by: 1 | -1): number {
  for (let tried = 1; tried <= entries.length; tried += 1) {
    const at = (from + by * tried + entries.length * tried) % entries.length
    if (entries[at]?.blocked === undefined) return at
  }
  return from
}

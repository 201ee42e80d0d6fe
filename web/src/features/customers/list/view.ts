import { useSyncExternalStore } from 'react'

/** How a person likes this list: kept in the browser, for it is nobody else's business. */
export interface View {
  density: 'normal' | 'compact'
  hidden: readonly string[]
}

const KEY = 'hub.customers.view'
const standard: View = { density: 'normal', hidden: [] }
const listeners = new Set<() => void>()
let view = read()

function read(): View {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? 'null')
    if (typeof stored !== 'object' || stored === null) return standard
    const density = 'density' in stored && stored.density === 'compact' ? 'compact' : 'normal'
    const hidden =
      'hidden' in stored && Array.isArray(stored.hidden)
        ? stored.hidden.filter((id): id is string => typeof id === 'string')
        : []
    return { density, hidden }
  } catch {
    return standard
  }
}

export function changeView(next: View): void {
  view = next
  try {
    localStorage.setItem(KEY, JSON.stringify(next))
  } catch {
    // Storage may be refused: the choice then holds for this page only.
  }
  listeners.forEach((listener) => listener())
}

function subscribe(listener: () => void) {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function useView(): View {
  return useSyncExternalStore(subscribe, () => view)
}

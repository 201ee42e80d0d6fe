import { useSyncExternalStore } from 'react'

/** Acts on many that this browser has begun and not yet told the end of. */
let watched: readonly string[] = []
const listeners = new Set<() => void>()

function change(next: readonly string[]) {
  watched = next
  listeners.forEach((listener) => listener())
}

export function watchRun(id: string): void {
  change([...watched.filter((one) => one !== id), id])
}

export function unwatchRun(id: string): void {
  change(watched.filter((one) => one !== id))
}

function subscribe(listener: () => void) {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function useWatchedRuns(): readonly string[] {
  return useSyncExternalStore(subscribe, () => watched)
}

import { useDeferredValue } from 'react'

/**
 * The value. Where there was none before, a moment later than it came: React then renders what it brings in slices, between which the
 * page answers, instead of at one go, which takes a slow phone half a second.
 */
export function useArrived<T>(value: T | undefined): T | undefined {
  const isThere = useDeferredValue(value !== undefined)
  return isThere ? value : undefined
}

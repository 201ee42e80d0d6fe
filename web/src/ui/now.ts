import { useSyncExternalStore } from 'react'

const MINUTE = 60_000
const listeners = new Set<() => void>()
let minute = thisMinute()
let timer: ReturnType<typeof setInterval> | undefined

function thisMinute() {
  return Math.floor(Date.now() / 1000) * 1000
}

function subscribe(listener: () => void) {
  listeners.add(listener)
  timer ??= setInterval(() => {
    minute = thisMinute()
    listeners.forEach((tell) => tell())
  }, MINUTE)
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0) {
      clearInterval(timer)
      timer = undefined
    }
  }
}

/** The time, renewed once a minute by one clock for the whole page. */
export function useNow(): Date {
  return new Date(useSyncExternalStore(subscribe, () => minute))
}

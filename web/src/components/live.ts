import { useEffect, useRef } from 'react'

/** What the server says has changed. It names things, never their content. */
export interface Hint {
  topic: string
  id?: string
  /** What of it: `refund`, `flag`. */
  about?: string
  version?: number
}

const listeners = new Set<(hint: Hint) => void>()

export function publishHint(hint: Hint): void {
  listeners.forEach((listener) => listener(hint))
}

export function onHint(listener: (hint: Hint) => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Calls the latest `handle` for every hint while the component is on the page. */
export function useHints(handle: (hint: Hint) => void): void {
  const latest = useRef(handle)
  useEffect(() => {
    latest.current = handle
  })
  useEffect(() => onHint((hint) => latest.current(hint)), [])
}

/** Calls `handle` for hints of these topics, at most so often: what is done to many comes as many hints. */
export function useGatheredHints(topics: readonly string[], handle: () => void, ms = 800): void {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const latest = useRef(handle)
  useEffect(() => {
    latest.current = handle
  })
  useEffect(() => () => clearTimeout(timer.current), [])
  useHints(({ topic }) => {
    if (!topics.includes(topic) || timer.current !== undefined) return
    timer.current = setTimeout(() => {
      timer.current = undefined
      latest.current()
    }, ms)
  })
}

/** Whom this page shows, and whether something about them is being edited. */
interface Looking {
  customer: string
  editing: boolean
}

const shown = new Map<symbol, Looking>()
let teller: ((text: string) => void) | undefined

function tellLooking(): void {
  const all = [...shown.values()]
  const looking = all.findLast(({ editing }) => editing) ?? all.at(-1) ?? null
  teller?.(JSON.stringify({ looking }))
}

/** The socket's way to the server, while it is open. What is shown is told at once. */
export function setTeller(next: typeof teller): void {
  teller = next
  if (shown.size > 0) tellLooking()
}

/** Lets colleagues who have this customer open know that somebody else has, for as long as the component is on the page. */
export function useLooking(customer: string, editing: boolean): void {
  useEffect(() => {
    const key = Symbol(customer)
    shown.set(key, { customer, editing })
    tellLooking()
    return () => {
      shown.delete(key)
      tellLooking()
    }
  }, [customer, editing])
}

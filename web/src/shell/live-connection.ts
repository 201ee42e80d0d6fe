import type { QueryClient } from '@tanstack/react-query'
import { announceSessionEnd, isRecord } from '../api'
import { publishHint, type Hint } from '../components/live'
import { isAbout, isMoneyList } from '../components/refresh-customer'

const FIRST_WAIT_MS = 1_000
const LONGEST_WAIT_MS = 30_000

/** Queries whose rows would move under the reader: their pages ask before they refresh. */
const listsThatAsk = new Set(['listCustomers'])

/** What of a customer shows in the lists of money too. */
const movesMoney = new Set(['refund', 'credit', 'approval', 'booking', 'dispute'])

/** Keeps one socket open for as long as the signed-in layout stands. Returns the way to close it. */
export function connectLive(
  queryClient: QueryClient,
  onOnline: (online: boolean) => void,
): () => void {
  let socket: WebSocket | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let wait = FIRST_WAIT_MS
  let everOpen = false
  let closed = false

  const open = () => {
    clearTimeout(timer)
    if (closed) return
    const mine = new WebSocket(
      `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/api/live`,
    )
    socket = mine
    mine.addEventListener('open', () => {
      wait = FIRST_WAIT_MS
      onOnline(true)
      // What happened while nobody listened is unknown: read everything on the page again.
      if (everOpen) receive({ topic: 'resync' })
      everOpen = true
    })
    mine.addEventListener('message', (event: MessageEvent<unknown>) => {
      const hint = parseHint(event.data)
      if (hint) receive(hint)
    })
    mine.addEventListener('close', () => {
      if (closed || mine !== socket) return
      onOnline(false)
      timer = setTimeout(open, wait * (0.75 + Math.random() / 2))
      wait = Math.min(wait * 2, LONGEST_WAIT_MS)
    })
  }

  const receive = (hint: Hint) => {
    if (hint.topic === 'session') announceSessionEnd('expired')
    else void invalidate(queryClient, hint)
    publishHint(hint)
  }

  // A socket that was open when the network went may look open and hear nothing: it makes way for a new one.
  const again = () => {
    const old = socket
    open()
    old?.close()
  }
  const lost = () => onOnline(false)
  window.addEventListener('online', again)
  window.addEventListener('offline', lost)
  open()

  return () => {
    closed = true
    clearTimeout(timer)
    window.removeEventListener('online', again)
    window.removeEventListener('offline', lost)
    socket?.close()
  }
}

export function parseHint(data: unknown): Hint | undefined {
  if (typeof data !== 'string') return undefined
  try {
    const hint: unknown = JSON.parse(data)
    if (!isRecord(hint) || typeof hint.topic !== 'string') return undefined
    return {
      topic: hint.topic,
      ...(typeof hint.id === 'string' ? { id: hint.id } : {}),
      ...(typeof hint.about === 'string' ? { about: hint.about } : {}),
      ...(typeof hint.version === 'number' ? { version: hint.version } : {}),
    }
  } catch {
    return undefined
  }
}

/** Marks as stale what a hint speaks of; what is on the screen is read again. */
export function invalidate(queryClient: QueryClient, hint: Hint): Promise<void> {
  return queryClient.invalidateQueries({
    predicate: (query) => {
      const key = query.queryKey[0]
      if (!isRecord(key) || typeof key._id !== 'string') return false
      if (hint.topic === 'resync') return !listsThatAsk.has(key._id)
      if (hint.topic === 'staff') return Array.isArray(key.tags) && key.tags.includes('staff')
      if (hint.topic !== 'customer') return false
      return isAbout(query, hint.id) || (movesMoney.has(hint.about ?? '') && isMoneyList(query))
    },
  })
}

import type { QueryClient } from '@tanstack/react-query'
import { announceSessionEnd, isRecord } from '../api'
import { publishHint, setTeller, type Hint } from '../components/live'
import { isAbout, isListOf } from '../components/refresh-customer'

const FIRST_WAIT_MS = 1_000
const LONGEST_WAIT_MS = 30_000
/** The server tells whoever opens a socket what has changed while they did not listen. It says every 25 s that it is there. Who has heard nothing for so long was asleep, or cut off unawares. */
const SILENCE_MS = 70_000
const LOOK_EVERY_MS = 15_000

/** Queries whose rows would move under the reader: their pages ask before they refresh. */
const listsThatAsk = new Set(['listCustomers'])

/** What shows in lists over all customers, and the lists by their tag in the API's document. */
const listsOf = new Map([
  ['refund', 'money'],
  ['credit', 'money'],
  ['approval', 'money'],
  ['booking', 'money'],
  ['dispute', 'money'],
  ['difference', 'money'],
  ['reconciliation', 'money'],
  ['data_request', 'data-requests'],
  ['job', 'jobs'],
  ['mail', 'mail'],
  ['retention_run', 'privacy'],
  ['legal_hold', 'privacy'],
  ['verification', 'audit'],
])

/** Keeps one socket open for as long as the signed-in layout stands. Returns the way to close it. */
export function connectLive(
  queryClient: QueryClient,
  onOnline: (online: boolean) => void,
): () => void {
  let socket: WebSocket | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let wait = FIRST_WAIT_MS
  let closed = false
  let heardAt = Date.now()
  // Since when what is on the page may have changed unheard: at first, since the document was asked for.
  let unheardSince = Date.now() - performance.now()

  const open = () => {
    clearTimeout(timer)
    if (closed) return
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws'
    const unheard = Math.round(Date.now() - unheardSince)
    const mine = new WebSocket(`${scheme}://${location.host}/api/live?unheardMs=${unheard}`)
    let opened = false
    socket = mine
    mine.addEventListener('open', () => {
      wait = FIRST_WAIT_MS
      heardAt = Date.now()
      onOnline(true)
      setTeller((text) => mine.send(text))
      opened = true
    })
    mine.addEventListener('message', (event: MessageEvent<unknown>) => {
      heardAt = Date.now()
      const hint = parseHint(event.data)
      if (hint && hint.topic !== 'alive') receive(hint)
    })
    mine.addEventListener('close', () => {
      if (closed || mine !== socket) return
      setTeller(undefined)
      // Every 25 s something was heard, if only that the server is there.
      if (opened) unheardSince = heardAt
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
    if (old?.readyState === WebSocket.OPEN) unheardSince = heardAt
    open()
    old?.close()
  }
  const lost = () => onOnline(false)
  // The clock runs on while a machine sleeps, its timers do not; the first look after waking finds the silence.
  const look = () => {
    if (socket?.readyState !== WebSocket.OPEN || Date.now() - heardAt < SILENCE_MS) return
    again()
  }
  const looking = setInterval(look, LOOK_EVERY_MS)
  window.addEventListener('online', again)
  window.addEventListener('offline', lost)
  document.addEventListener('visibilitychange', look)
  open()

  return () => {
    closed = true
    setTeller(undefined)
    clearTimeout(timer)
    window.removeEventListener('online', again)
    window.removeEventListener('offline', lost)
    document.removeEventListener('visibilitychange', look)
    clearInterval(looking)
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
      if (hint.topic === 'presence')
        return key._id === 'listPresences' && isRecord(key.path) && key.path.id === hint.id
      if (hint.topic === 'staff') return Array.isArray(key.tags) && key.tags.includes('staff')
      // Of a customer, what it is about; of anything else, the thing itself.
      const list = listsOf.get(hint.topic === 'customer' ? (hint.about ?? '') : hint.topic)
      if (list !== undefined && isListOf(query, list)) return true
      return hint.topic === 'customer' && isAbout(query, hint.id)
    },
  })
}

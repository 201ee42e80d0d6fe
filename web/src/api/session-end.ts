/** Why a session ended, for the sign-in page to say. */
export type SessionEnd = 'expired' | 'signed-out'

const CHANNEL = 'hub.session'
const listeners = new Set<(end: SessionEnd) => void>()
const channel = typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel(CHANNEL)

channel?.addEventListener('message', (event: MessageEvent<SessionEnd>) => {
  listeners.forEach((listener) => listener(event.data))
})

/** Tells this tab and the others that nobody is signed in any more. */
export function announceSessionEnd(end: SessionEnd): void {
  listeners.forEach((listener) => listener(end))
  channel?.postMessage(end)
}

export function onSessionEnd(listener: (end: SessionEnd) => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

import type { Mail } from '../../api'

/** What became of a mail. */
export function mailInWords({ state, toAddress, lastError }: Mail): string {
  switch (state) {
    case 'sent':
      return `Sent to ${toAddress}`
    case 'queued':
      return lastError
        ? `On its way to ${toAddress}, tried again after: ${lastError}.`
        : `On its way to ${toAddress}`
    case 'failed':
      return `Not sent to ${toAddress}: ${lastError ?? 'the mail server refused it'}.`
    case 'outbox':
      return `Kept in the outbox for ${toAddress}, because no mail server is set up`
  }
}

import { humanise } from '../../ui/format'

const kinds: Record<string, string> = {
  'mail.send': 'Sending a mail',
  'mail.look_after': 'Looking after mail',
  'refund.send': 'Sending a refund to Stripe',
  'refund.check': 'Asking Stripe after a refund',
  'refunds.watch': 'Watching refunds and disputes',
  'dispute.check': 'Asking Stripe after a dispute',
  'provider.message': 'Following up a message of Stripe’s',
  'reconciliation.run': 'Comparing the books with Stripe',
  'reconciliation.daily': 'Beginning the night’s comparison',
  'credits.expire': 'Writing off expired store credit',
  'credits.return': 'Giving back store credit of cancelled bookings',
  'retention.run': 'Looking for what is past its period',
  'retention.nightly': 'Beginning the night’s retention',
  'trail.verify': 'Verifying the audit trail',
  'erasure.run': 'Erasing a customer',
}

/** What a job does. */
export const kindInWords = (kind: string) => kinds[kind] ?? humanise(kind.replaceAll('.', '_'))

/** What it is about: names and ids. */
export function aboutInWords(payload: unknown): string {
  if (typeof payload !== 'object' || payload === null) return ''
  return Object.entries(payload)
    .filter((entry): entry is [string, string] => typeof entry[1] === 'string')
    .map(([name, id]) => `${humanise(name.replace(/Id$/, '')).toLowerCase()} ${id}`)
    .join(', ')
}

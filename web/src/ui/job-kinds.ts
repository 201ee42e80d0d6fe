import { humanise } from './format'

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
  'backup.make': 'Making a copy of the database',
  'backup.base': 'Looking whether a base for the log is due',
  'backup.drill': 'Proving a copy of the database',
  'watch.judge': 'Looking whether all is well',
  'watch.tell': 'Telling of an alert',
}

/** What a job does. */
export const jobInWords = (kind: string) => kinds[kind] ?? humanise(kind.replaceAll('.', '_'))

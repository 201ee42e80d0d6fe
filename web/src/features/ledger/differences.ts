import type { DifferenceKind, ReconciliationStage, Settlement, Side } from '../../api'
import { formatMoney, humanise } from '../../ui/format'

interface Words {
  title: string
  todo: string
}

/** What differs, and what to do about it. */
export const kinds: Record<DifferenceKind, Words> = {
  refund_missing_there: {
    title: 'A refund that Stripe does not have',
    todo: 'Look for it at Stripe, in the account that took the payment. The customer may not have been refunded.',
  },
  refund_missing_here: {
    title: 'A refund that our books do not have',
    todo: 'Somebody made it at Stripe’s own desk. Record it here, so that it is not refunded again.',
  },
  refund_amount: {
    title: 'A refund of another amount',
    todo: 'Compare the two. What went back is what Stripe says.',
  },
  refund_failed_there: {
    title: 'A refund that failed after it went through',
    todo: 'The money is back with us. Take the refund back here; then its sum can be refunded in another way.',
  },
  refund_succeeded_there: {
    title: 'A refund that failed here and went through at Stripe',
    todo: 'The customer has the money. Record it here, so that it is not refunded again.',
  },
  refund_state: {
    title: 'A refund in another state',
    todo: 'It is asked after by itself. When it still differs tomorrow, look at it at Stripe.',
  },
  payment_missing_there: {
    title: 'A payment that Stripe does not have',
    todo: 'Look for it at Stripe, in the account that took the payment. Do not refund it before it is found.',
  },
  payment_missing_here: {
    title: 'A payment that our books do not have',
    todo: 'Find out at Stripe which booking it is for. The platform that took it may not have sent it yet.',
  },
  payment_amount: {
    title: 'A payment of another amount',
    todo: 'Compare the two. No more can go back than Stripe has taken.',
  },
  dispute_missing_there: {
    title: 'A dispute that Stripe does not have',
    todo: 'Look for it at Stripe, in the account that took the payment. It holds the payment back here.',
  },
  dispute_missing_here: {
    title: 'A dispute that our books do not have',
    todo: 'It is of a payment we do not have, or in another currency. Answer it at Stripe, and find out which booking it is of.',
  },
  dispute_amount: {
    title: 'A dispute of more than was left',
    todo: 'Part of the payment had gone back before. Tell the bank at Stripe of the refund, with its date.',
  },
  dispute_state: {
    title: 'A dispute in another state',
    todo: 'It is asked after by itself. When it still differs tomorrow, look at it at Stripe.',
  },
  reference_missing: {
    title: 'A transfer without a reference',
    todo: 'It is marked as paid, and nothing proves it. Look for it on the bank statement.',
  },
  reference_twice: {
    title: 'Two transfers with the same reference',
    todo: 'One of the two may not have been made. Look for both on the bank statement.',
  },
  transfer_overdue: {
    title: 'A transfer that has waited for days',
    todo: 'Make it, then mark the refund as paid; or cancel the refund.',
  },
}

export const settlements: Record<Settlement, { act: string; what: string }> = {
  accept_theirs: {
    act: 'Take the refund back',
    what: 'Our books get the opposite entries. The refund counts as failed, and its sum can be refunded again.',
  },
  record_theirs: {
    act: 'Record it as refunded',
    what: 'Our books get the refund as Stripe has it. Its sum cannot be refunded again.',
  },
  noted: {
    act: 'Leave it as it is',
    what: 'Nothing moves. It is not shown as open again while both sides say the same.',
  },
}

export const stages: Record<ReconciliationStage, string> = {
  refunds: 'Reading Stripe’s refunds',
  our_refunds: 'Looking for refunds that Stripe did not list',
  payments: 'Reading Stripe’s payments',
  our_payments: 'Looking for payments that Stripe did not list',
  disputes: 'Reading Stripe’s disputes',
  our_disputes: 'Looking for disputes that Stripe did not list',
  transfers: 'Looking at transfers made by hand',
  done: 'Compared',
}

export const stageNames = Object.keys(stages) as ReconciliationStage[]

/** What a side says, in one line. */
export function sideInWords(side: Side | null | undefined): string {
  if (!side) return 'Nothing'
  const sum =
    side.currency === 'GBP'
      ? formatMoney(side.amount)
      : `${(side.amount / 100).toFixed(2)} ${side.currency}`
  return `${sum}, ${humanise(side.state).toLowerCase()}${side.name ? `, ${side.name}` : ''}`
}

import {
  Ban,
  CircleCheck,
  CircleHelp,
  CircleX,
  HandCoins,
  Hourglass,
  Send,
  UserCheck,
  type LucideIcon,
} from 'lucide-react'
import type { Booking, Payment, RefundDestination, RefundStatus } from '../api'
import { Badge, type Tone } from '../ui/Badge'
import type { ActState } from './permissions'

interface Look {
  word: string
  tone: Tone
  icon: LucideIcon
}

/** Only money that went back is called refunded. */
const looks: Record<RefundStatus, Look> = {
  requested: { word: 'Requested', tone: 'gray', icon: Hourglass },
  pending_approval: { word: 'Awaiting approval', tone: 'amber', icon: UserCheck },
  approved: { word: 'Approved', tone: 'blue', icon: CircleCheck },
  sending: { word: 'Being sent', tone: 'blue', icon: Send },
  submitted: { word: 'On its way', tone: 'blue', icon: Send },
  in_doubt: { word: 'In doubt', tone: 'amber', icon: CircleHelp },
  requires_action: { word: 'Transfer to be made', tone: 'amber', icon: HandCoins },
  manual_review: { word: 'To be looked at', tone: 'amber', icon: CircleHelp },
  succeeded: { word: 'Refunded', tone: 'green', icon: CircleCheck },
  rejected: { word: 'Rejected', tone: 'gray', icon: Ban },
  cancelled: { word: 'Cancelled', tone: 'gray', icon: Ban },
  failed: { word: 'Failed', tone: 'red', icon: CircleX },
}

export function RefundBadge({ status }: { status: RefundStatus }) {
  const { word, tone, icon } = looks[status]
  return (
    <Badge tone={tone} icon={icon}>
      {word}
    </Badge>
  )
}

export const refundInWords = (status: RefundStatus) => looks[status].word

export function destinationInWords(destination: RefundDestination): string {
  return destination === 'store_credit' ? 'Store credit' : 'Card or bank'
}

/** What may still go back of these payments: captured, and neither refunded, held nor disputed. */
export function refundable(payments: readonly Payment[]): number {
  return payments.reduce(
    (sum, { captured, refunded, reserved, disputed }) =>
      sum + captured - refunded - reserved - disputed,
    0,
  )
}

/** Whether money of this booking can go back, and why not. */
export function refundState({ payments }: Pick<Booking, 'payments'>): ActState {
  return refundable(payments) > 0
    ? { allowed: true }
    : { allowed: false, reason: 'Nothing of this booking is left to refund.' }
}

/** Whether the booking can have an invoice, and why not. */
export function invoiceState({ status }: Pick<Booking, 'status'>): ActState {
  return status === 'DRAFT'
    ? { allowed: false, reason: 'A draft has no invoice: it is for moves that were booked.' }
    : { allowed: true }
}

import {
  Archive,
  Ban,
  BadgeCheck,
  CircleCheck,
  CircleDashed,
  CircleDot,
  CircleHelp,
  CirclePause,
  Clock,
  FileText,
  Flag,
  Gavel,
  Hourglass,
  LifeBuoy,
  RotateCcw,
  ShieldAlert,
  Sparkles,
  TriangleAlert,
  Wallet,
  type LucideIcon,
} from 'lucide-react'
import { humanise, plural } from '../ui/format'
import { Badge, type Tone } from '../ui/Badge'

interface Look {
  word: string
  tone: Tone
  icon: LucideIcon
  loud?: boolean
}

type Looks = Readonly<Record<string, Look>>

export const customerStatuses = {
  new: { word: 'New', tone: 'blue', icon: Sparkles },
  active: { word: 'Active', tone: 'green', icon: CircleCheck },
  inactive: { word: 'Inactive', tone: 'gray', icon: CirclePause },
  flagged: { word: 'Flagged', tone: 'red', icon: Flag },
  archived: { word: 'Archived', tone: 'gray', icon: Archive },
} satisfies Looks

const bookingStatuses: Looks = {
  DRAFT: { word: 'Draft', tone: 'gray', icon: CircleDashed },
  PENDING_PAYMENT: { word: 'Awaiting payment', tone: 'amber', icon: Hourglass },
  CONFIRMED: { word: 'Confirmed', tone: 'blue', icon: CircleDot },
  COMPLETED: { word: 'Completed', tone: 'green', icon: CircleCheck },
  CANCELLED: { word: 'Cancelled', tone: 'gray', icon: Ban },
}

const paymentStatuses: Looks = {
  unpaid: { word: 'Unpaid', tone: 'amber', icon: Wallet },
  requires_action: { word: 'Payment needs action', tone: 'amber', icon: TriangleAlert },
  paid: { word: 'Paid', tone: 'green', icon: CircleCheck },
  partly_refunded: { word: 'Refunded in part', tone: 'violet', icon: RotateCcw },
  refunded: { word: 'Refunded', tone: 'violet', icon: RotateCcw },
  cancelled: { word: 'Payment cancelled', tone: 'gray', icon: Ban },
}

const ticketStatuses: Looks = {
  OPEN: { word: 'Open', tone: 'amber', icon: CircleDot },
  IN_PROGRESS: { word: 'In progress', tone: 'blue', icon: Clock },
  RESOLVED: { word: 'Resolved', tone: 'green', icon: CircleCheck },
  CLOSED: { word: 'Closed', tone: 'gray', icon: FileText },
}

const ticketPriorities: Looks = {
  LOW: { word: 'Low', tone: 'gray', icon: CircleDashed },
  NORMAL: { word: 'Normal', tone: 'gray', icon: CircleDot },
  HIGH: { word: 'High', tone: 'amber', icon: TriangleAlert },
  URGENT: { word: 'Urgent', tone: 'red', icon: ShieldAlert, loud: true },
}

const flagKinds: Looks = {
  vip: { word: 'VIP', tone: 'violet', icon: Sparkles },
  payment_risk: { word: 'Payment risk', tone: 'red', icon: Flag },
  abusive: { word: 'Abusive', tone: 'red', icon: Flag },
  do_not_contact: { word: 'Do not contact', tone: 'red', icon: Ban },
  vulnerable_customer: { word: 'Vulnerable customer', tone: 'amber', icon: LifeBuoy },
  fraud_suspicion: { word: 'Fraud suspicion', tone: 'red', icon: ShieldAlert },
  other: { word: 'Other', tone: 'red', icon: Flag },
}

function StatusBadge({ looks, code }: { looks: Looks; code: string }) {
  const look = looks[code] ?? { word: humanise(code), tone: 'gray', icon: CircleHelp }
  return (
    <Badge tone={look.tone} icon={look.icon} loud={look.loud ?? false}>
      {look.word}
    </Badge>
  )
}

export const CustomerStatusBadge = ({ status }: { status: string }) => (
  <StatusBadge looks={customerStatuses} code={status} />
)
export const BookingStatusBadge = ({ status }: { status: string }) => (
  <StatusBadge looks={bookingStatuses} code={status} />
)
export const PaymentStatusBadge = ({ status }: { status: string }) => (
  <StatusBadge looks={paymentStatuses} code={status} />
)
export const TicketStatusBadge = ({ status }: { status: string }) => (
  <StatusBadge looks={ticketStatuses} code={status} />
)
export const PriorityBadge = ({ priority }: { priority: string }) => (
  <StatusBadge looks={ticketPriorities} code={priority} />
)
export const FlagBadge = ({ kind }: { kind: string }) => (
  <StatusBadge looks={flagKinds} code={kind} />
)

export const flagWord = (kind: string) => flagKinds[kind]?.word ?? humanise(kind)

export const VerifiedBadge = () => (
  <Badge tone="accent" icon={BadgeCheck}>
    Verified
  </Badge>
)

export const HeldBadge = () => (
  <Badge tone="amber" icon={Gavel}>
    Legal hold
  </Badge>
)

export function OpenTicketsBadge({ open, urgent }: { open: number; urgent: number }) {
  if (open === 0) return null
  return urgent > 0 ? (
    <Badge tone="red" icon={ShieldAlert} loud>
      {plural(urgent, 'urgent ticket')}
    </Badge>
  ) : (
    <Badge tone="amber" icon={LifeBuoy}>
      {plural(open, 'open ticket')}
    </Badge>
  )
}

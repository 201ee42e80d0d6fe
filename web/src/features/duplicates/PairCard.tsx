import { Link } from '@tanstack/react-router'
import { CircleEqual, CircleHelp, Merge } from 'lucide-react'
import type { Customer, DuplicatePair } from '../../api'
import { useBlocked } from '../../components/permissions'
import { ActButton } from '../../ui/ActButton'
import { Badge } from '../../ui/Badge'
import { formatPhone, formatShortDate, plural } from '../../ui/format'
import { Money } from '../../ui/Money'
import { reasonsInWords } from './words'
import './duplicates.css'

const strengths = {
  strong: { label: 'Very likely', tone: 'accent', icon: CircleEqual },
  fair: { label: 'Likely', tone: 'gray', icon: CircleEqual },
  weak: { label: 'Perhaps', tone: 'gray', icon: CircleHelp },
} as const

/** Two records side by side, what they share, and what to do about it. */
export function PairCard({ pair, onDismiss }: { pair: DuplicatePair; onDismiss: () => void }) {
  const blocked = useBlocked()
  const { one, other, reasons, strength, sharedBy } = pair
  const { label, tone, icon } = strengths[strength]
  const names = `${one.name} and ${other.name}`
  return (
    <article className="pair" aria-label={names}>
      <div className="row tight">
        <Badge tone={tone} icon={icon}>
          {label}
        </Badge>
        <span className="small">{reasons.map((reason) => reasonsInWords[reason]).join(', ')}</span>
        {sharedBy > 2 ? (
          <span className="small subtle">shared by {plural(sharedBy, 'customer')}</span>
        ) : null}
      </div>
      <div className="pair-sides">
        <Side customer={one} />
        <Side customer={other} />
      </div>
      <div className="row tight">
        <Link
          to="/admin/customers/$customerId"
          params={{ customerId: one.id }}
          search={{ act: 'merge', on: other.id }}
          className="text-link row tight pair-act"
          aria-label={`Compare and merge ${names}`}
        >
          <Merge size={16} aria-hidden="true" />
          Compare and merge
        </Link>
        <ActButton
          size="xs"
          variant="outline"
          aria-label={`Not the same person: ${names}`}
          blocked={blocked('customer.merge')}
          onClick={onDismiss}
        >
          Not the same person
        </ActButton>
      </div>
    </article>
  )
}

function Side({ customer }: { customer: Customer }) {
  return (
    <div className="pair-side">
      <Link
        to="/admin/customers/$customerId"
        params={{ customerId: customer.id }}
        className="text-link truncate"
        dir="auto"
      >
        {customer.name}
      </Link>
      <span className="small truncate">{customer.email ?? 'No e-mail address'}</span>
      <span className="small">{customer.phone ? formatPhone(customer.phone) : 'No phone'}</span>
      <span className="small subtle">
        Joined {formatShortDate(customer.createdAt)}, {plural(customer.stats.totalOrders, 'order')},{' '}
        <Money pence={customer.stats.totalLtv} />
      </span>
    </div>
  )
}

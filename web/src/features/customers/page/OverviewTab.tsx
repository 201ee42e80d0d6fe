import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { CircleCheck } from 'lucide-react'
import type { ReactNode } from 'react'
import { readCustomerOptions, type Booking, type CustomerPage } from '../../../api'
import { BookingStatusBadge, PaymentStatusBadge, PriorityBadge } from '../../../components/status'
import { formatDateTime, formatRelative, placeInWords, plural } from '../../../ui/format'
import { Money } from '../../../ui/Money'
import { useNow } from '../../../ui/now'
import { RelativeTime } from '../../../ui/RelativeTime'
import { Facts, Section } from '../../../ui/Section'
import { SkeletonLines } from '../../../ui/Skeleton'
import { FlagsSection } from './FlagsSection'
import { NotesSection } from './NotesSection'
import { LatestTimeline } from './TimelineTab'

export function OverviewTab({ customerId }: { customerId: string }) {
  const { data: customer } = useQuery(readCustomerOptions({ path: { id: customerId } }))
  return (
    <>
      <UpcomingMove customer={customer} />
      <Attention customer={customer} />
      <FlagsSection customer={customer} />
      <NotesSection customerId={customerId} customer={customer} />
      <Section
        title="Latest"
        flush
        actions={
          <Link
            to="/admin/customers/$customerId/timeline"
            params={{ customerId }}
            className="text-link"
          >
            Whole timeline
          </Link>
        }
      >
        <LatestTimeline customerId={customerId} />
      </Section>
    </>
  )
}

function nextMove(bookings: readonly Booking[], now: Date): Booking | undefined {
  return bookings
    .filter(({ status, scheduledAt }) => status === 'CONFIRMED' && new Date(scheduledAt) >= now)
    .sort((a, b) => a.scheduledAt.localeCompare(b.scheduledAt))[0]
}

function UpcomingMove({ customer }: { customer: CustomerPage | undefined }) {
  const now = useNow()
  const move = customer && nextMove(customer.bookings, now)
  return (
    <Section
      title="Upcoming move"
      actions={
        move ? (
          <Link to="." search={{ booking: move.id }} className="text-link" resetScroll={false}>
            {move.reference}
          </Link>
        ) : null
      }
    >
      {!customer ? (
        <SkeletonLines lines={3} />
      ) : move ? (
        <Facts
          facts={[
            [
              'When',
              <span key="when">
                {formatDateTime(move.scheduledAt)}
                {move.timeSlot ? `, ${move.timeSlot}` : ''}{' '}
                <span className="subtle">({formatRelative(move.scheduledAt, now)})</span>
              </span>,
            ],
            ['From', <Place key="from" place={move.pickup} />],
            ['To', <Place key="to" place={move.dropoff} />],
            ['Crew', plural(move.crewSize, 'person', 'people')],
            [
              'Price',
              <span key="price" className="row tight">
                <Money pence={move.total} />
                <PaymentStatusBadge status={move.paymentStatus} />
              </span>,
            ],
          ]}
        />
      ) : (
        <p className="muted">No confirmed move lies ahead.</p>
      )}
    </Section>
  )
}

function Place({ place }: { place: Booking['pickup'] }) {
  return <span>{placeInWords(place)}</span>
}

/** What somebody should do something about, loudest first. */
function Attention({ customer }: { customer: CustomerPage | undefined }) {
  const now = useNow()
  return (
    <Section title="Needs attention">
      {customer ? <AttentionList points={attention(customer, now)} /> : <SkeletonLines lines={2} />}
    </Section>
  )
}

function AttentionList({ points }: { points: ReactNode[] }) {
  if (points.length === 0) {
    return (
      <p className="row tight muted">
        <CircleCheck size={16} aria-hidden="true" />
        Nothing at the moment.
      </p>
    )
  }
  return <ul className="stack tight">{points}</ul>
}

function attention({ supportTickets, bookings }: CustomerPage, now: Date): ReactNode[] {
  const pressing = supportTickets.filter(
    ({ status, priority }) =>
      (status === 'OPEN' || status === 'IN_PROGRESS') &&
      (priority === 'URGENT' || priority === 'HIGH'),
  )
  const unpaid = bookings.filter(
    ({ status, scheduledAt }) => status === 'PENDING_PAYMENT' && new Date(scheduledAt) >= now,
  )
  return [
    ...pressing.map(({ id, priority, category, createdAt }) => (
      <li key={id} className="row tight">
        <PriorityBadge priority={priority} />
        <Link to="." search={{ ticket: id }} className="text-link" resetScroll={false}>
          {category}
        </Link>
        <span className="subtle">
          opened <RelativeTime at={createdAt} />
        </span>
      </li>
    )),
    ...unpaid.map(({ id, reference, status, total, scheduledAt }) => (
      <li key={id} className="row tight">
        <BookingStatusBadge status={status} />
        <Link to="." search={{ booking: id }} className="text-link" resetScroll={false}>
          {reference}
        </Link>
        <span>
          <Money pence={total} />, move {formatRelative(scheduledAt, now)}
        </span>
      </li>
    )),
  ]
}

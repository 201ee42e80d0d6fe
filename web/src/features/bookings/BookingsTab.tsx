import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Truck } from 'lucide-react'
import { asProblem, type Booking } from '../../api'
import { LoadMore } from '../../components/LoadMore'
import { QueryTable, type Column } from '../../components/QueryTable'
import { useBlocked } from '../../components/permissions'
import { refundState } from '../../components/refunds'
import { BookingStatusBadge, PaymentStatusBadge } from '../../components/status'
import { ActButton } from '../../ui/ActButton'
import { formatDateTime, placeInShort } from '../../ui/format'
import { Money } from '../../ui/Money'
import { ROW_TARGET } from '../../ui/row-keys'
import { Section } from '../../ui/Section'
import { EmptyState, ErrorState } from '../../ui/states'
import { bookingsOf } from './queries'

export function BookingsTab({ customerId }: { customerId: string }) {
  const query = useInfiniteQuery(bookingsOf(customerId))
  const bookings = query.data?.pages.flatMap((page) => page.bookings)
  return (
    <Section title="Bookings" flush>
      {query.isError && !bookings ? (
        <ErrorState failure={asProblem(query.error)} onRetry={() => void query.refetch()} />
      ) : bookings?.length === 0 ? (
        <EmptyState icon={Truck} title="No bookings yet">
          Moves booked by this customer appear here with their status and money.
        </EmptyState>
      ) : (
        <QueryTable
          label="Bookings"
          columns={columns}
          rows={bookings}
          rowKey={({ id }) => id}
          card={(booking) => <BookingCard booking={booking} />}
          skeletonRows={6}
        />
      )}
      <LoadMore query={query} what="bookings" />
    </Section>
  )
}

const columns: Column<Booking>[] = [
  {
    id: 'reference',
    header: 'Reference',
    className: 'nowrap',
    cell: (booking) => <Reference booking={booking} />,
  },
  {
    id: 'when',
    header: 'Move',
    className: 'nowrap',
    cell: ({ scheduledAt }) => formatDateTime(scheduledAt),
  },
  {
    id: 'route',
    header: 'From and to',
    className: 'nowrap from-desktop',
    cell: (booking) => <Way booking={booking} />,
  },
  {
    id: 'status',
    header: 'Status',
    cell: ({ status, paymentStatus }) => (
      <div className="badge-stack">
        <BookingStatusBadge status={status} />
        <PaymentStatusBadge status={paymentStatus} />
      </div>
    ),
  },
  {
    id: 'total',
    header: 'Total',
    className: 'number',
    cell: ({ total }) => <Money pence={total} />,
  },
  {
    id: 'act',
    header: <span className="visually-hidden">Actions</span>,
    className: 'narrow',
    cell: (booking) => <RefundButton booking={booking} />,
  },
]

function RefundButton({ booking }: { booking: Booking }) {
  const blocked = useBlocked()
  const navigate = useNavigate()
  return (
    <ActButton
      size="xs"
      variant="outline"
      aria-label={`Refund ${booking.reference}`}
      blocked={blocked('refund.issue', refundState(booking))}
      onClick={() =>
        void navigate({ to: '.', search: { act: 'refund', on: booking.id }, resetScroll: false })
      }
    >
      Refund
    </ActButton>
  )
}

function Reference({ booking }: { booking: Booking }) {
  return (
    <Link
      to="."
      search={{ booking: booking.id }}
      className="row-link"
      resetScroll={false}
      {...ROW_TARGET}
    >
      {booking.reference}
    </Link>
  )
}

function Way({ booking }: { booking: Booking }) {
  return (
    <span>
      {placeInShort(booking.pickup)} <span aria-label="to">→</span> {placeInShort(booking.dropoff)}
    </span>
  )
}

function BookingCard({ booking }: { booking: Booking }) {
  return (
    <>
      <div className="row between">
        <Reference booking={booking} />
        <Money pence={booking.total} />
      </div>
      <p className="muted">
        {formatDateTime(booking.scheduledAt)} · <Way booking={booking} />
      </p>
      <div className="row tight">
        <BookingStatusBadge status={booking.status} />
        <PaymentStatusBadge status={booking.paymentStatus} />
        <span className="spacer" />
        <RefundButton booking={booking} />
      </div>
    </>
  )
}

import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Ellipsis, FileText, Truck, Wallet } from 'lucide-react'
import { asProblem, type Booking } from '../../api'
import { LoadMore } from '../../components/LoadMore'
import { QueryTable, type Column } from '../../components/QueryTable'
import { useBlocked } from '../../components/permissions'
import { invoiceState, refundState } from '../../components/refunds'
import { useStanding } from '../../components/standing'
import { BookingStatusBadge, PaymentStatusBadge } from '../../components/status'
import { ActButton } from '../../ui/ActButton'
import { formatDateTime, placeInShort } from '../../ui/format'
import { MenuButton, useSharedMenu } from '../../ui/menu'
import { Money } from '../../ui/Money'
import { ROW_TARGET } from '../../ui/row-keys'
import { Section } from '../../ui/Section'
import { EmptyState, ErrorState } from '../../ui/states'
import { bookingsOf } from './queries'

type SharedMenu = ReturnType<typeof useSharedMenu>

export function BookingsTab({ customerId }: { customerId: string }) {
  const query = useInfiniteQuery(bookingsOf(customerId))
  const bookings = query.data?.pages.flatMap((page) => page.bookings)
  const shared = useSharedMenu()
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
          columns={columnsWith(shared)}
          rows={bookings}
          rowKey={({ id }) => id}
          card={(booking) => <BookingCard booking={booking} shared={shared} />}
          skeletonRows={6}
        />
      )}
      <LoadMore query={query} what="bookings" />
      {shared.menu}
    </Section>
  )
}

const columnsWith = (shared: SharedMenu): Column<Booking>[] => [
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
    cell: (booking) => <Acts booking={booking} shared={shared} />,
  },
]

function Acts({ booking, shared }: { booking: Booking; shared: SharedMenu }) {
  const blocked = useBlocked()
  const standing = useStanding(booking.customerId)
  const navigate = useNavigate()
  const begin = (act: 'refund' | 'spend' | 'invoice') =>
    void navigate({ to: '.', search: { act, on: booking.id }, resetScroll: false })
  return (
    <div className="row tight row-acts">
      <ActButton
        size="xs"
        variant="outline"
        aria-label={`Refund ${booking.reference}`}
        blocked={blocked('refund.issue', standing ?? refundState(booking))}
        onClick={() => begin('refund')}
      >
        Refund
      </ActButton>
      <MenuButton
        label={`More acts for ${booking.reference}`}
        shared={shared}
        acts={() => [
          {
            id: 'invoice',
            label: 'Send invoice',
            icon: FileText,
            blocked: blocked('invoice.send', standing ?? invoiceState(booking)),
            onSelect: () => begin('invoice'),
          },
          {
            id: 'spend',
            label: 'Spend store credit',
            icon: Wallet,
            blocked: blocked('credit.spend', standing),
            onSelect: () => begin('spend'),
          },
        ]}
      >
        <Ellipsis size={18} aria-hidden="true" />
      </MenuButton>
    </div>
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

function BookingCard({ booking, shared }: { booking: Booking; shared: SharedMenu }) {
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
        <Acts booking={booking} shared={shared} />
      </div>
    </>
  )
}

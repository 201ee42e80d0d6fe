import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { SearchX } from 'lucide-react'
import {
  asProblem,
  readBookingOptions,
  type Booking,
  type BookingPlace,
  type Payment,
} from '../../api'
import { useBlocked } from '../../components/permissions'
import { DisputeBadge } from '../../components/disputes'
import { invoiceState, refundable, RefundBadge, refundState } from '../../components/refunds'
import { useStanding } from '../../components/standing'
import { BookingStatusBadge, PaymentStatusBadge } from '../../components/status'
import { ActButton } from '../../ui/ActButton'
import { CopyButton } from '../../ui/CopyButton'
import {
  formatDateTime,
  formatPhone,
  formatShortDate,
  humanise,
  phoneHref,
  placeInWords,
  plural,
} from '../../ui/format'
import { Money } from '../../ui/Money'
import { RelativeTime } from '../../ui/RelativeTime'
import { Facts } from '../../ui/Section'
import Sheet from '../../ui/Sheet'
import { SkeletonLines } from '../../ui/Skeleton'
import { EmptyState, ErrorState } from '../../ui/states'

interface BookingPanelProps {
  customerId: string
  bookingId: string
  onClose: () => void
}

/** One booking at the side of the page. */
export default function BookingPanel({ customerId, bookingId, onClose }: BookingPanelProps) {
  const query = useQuery(readBookingOptions({ path: { id: bookingId } }))
  const booking = query.data?.customerId === customerId ? query.data : undefined
  const problem = query.isError ? asProblem(query.error) : undefined

  return (
    <Sheet
      title={booking ? booking.reference : 'Booking'}
      onClose={onClose}
      footer={booking ? <MoneyActs booking={booking} /> : null}
    >
      {booking ? (
        <BookingFacts booking={booking} />
      ) : problem && problem.status !== 404 && problem.status !== 400 ? (
        <ErrorState failure={problem} onRetry={() => void query.refetch()} />
      ) : query.isPending ? (
        <SkeletonLines lines={10} />
      ) : (
        <EmptyState icon={SearchX} title="There is no such booking">
          This customer has no booking with that address.
        </EmptyState>
      )}
    </Sheet>
  )
}

function MoneyActs({ booking }: { booking: Booking }) {
  const blocked = useBlocked()
  const standing = useStanding(booking.customerId)
  const navigate = useNavigate()
  const begin = (act: 'refund' | 'spend' | 'invoice') =>
    void navigate({ to: '.', search: { act, on: booking.id }, resetScroll: false })
  return (
    <div className="row">
      <ActButton
        size="sm"
        variant="outline"
        blocked={blocked('invoice.send', standing ?? invoiceState(booking))}
        onClick={() => begin('invoice')}
      >
        Send invoice
      </ActButton>
      <ActButton
        size="sm"
        variant="outline"
        blocked={blocked('credit.spend', standing)}
        onClick={() => begin('spend')}
      >
        Spend store credit
      </ActButton>
      <ActButton
        size="sm"
        variant="outline"
        blocked={blocked('refund.issue', standing ?? refundState(booking))}
        onClick={() => begin('refund')}
      >
        Refund
      </ActButton>
    </div>
  )
}

function BookingFacts({ booking }: { booking: Booking }) {
  const { priceParts: parts } = booking
  const money = (pence: number | null | undefined) => (pence ? <Money pence={pence} /> : undefined)
  return (
    <div className="stack">
      <div className="row tight">
        <BookingStatusBadge status={booking.status} />
        <PaymentStatusBadge status={booking.paymentStatus} />
        <CopyButton text={booking.reference} what="booking reference" />
      </div>
      <Facts
        facts={[
          [
            'When',
            `${formatDateTime(booking.scheduledAt)}${booking.timeSlot ? `, ${booking.timeSlot}` : ''}`,
          ],
          ['Urgency', booking.urgency ? humanise(booking.urgency) : undefined],
          ['Crew', plural(booking.crewSize, 'person', 'people')],
          ['Driver', booking.driverName],
          [
            'Distance',
            booking.distanceMiles ? plural(Math.round(booking.distanceMiles), 'mile') : undefined,
          ],
          [
            'Estimated',
            booking.estimatedMinutes ? plural(booking.estimatedMinutes, 'minute') : undefined,
          ],
          ['Booked', <RelativeTime key="booked" at={booking.createdAt} />],
          [
            'Cancelled',
            booking.cancelledAt ? <RelativeTime at={booking.cancelledAt} /> : undefined,
          ],
          ['Reason', booking.cancellationReason],
          ['Contact then', <ContactThen key="contact" booking={booking} />],
        ]}
      />
      <PlaceFacts title="Pickup" place={booking.pickup} />
      <PlaceFacts title="Drop-off" place={booking.dropoff} />
      <Items booking={booking} />
      <h3>Money</h3>
      <Facts
        facts={[
          ['Distance', money(parts.distance)],
          ['Access', money(parts.access)],
          ['Items', money(parts.items)],
          ['Weather', money(parts.weather)],
          ['Total', <Money key="total" pence={booking.total} />],
          ['Paid', <Money key="paid" pence={booking.captured} />],
          ['Refunded', money(booking.refunded)],
          ['Disputed', money(booking.payments.reduce((sum, { disputed }) => sum + disputed, 0))],
          ['Left to refund', money(refundable(booking.payments))],
        ]}
      />
      {booking.payments.map((payment) => (
        <PaymentFacts key={payment.id} payment={payment} />
      ))}
    </div>
  )
}

function ContactThen({
  booking: { contactName, contactPhone, contactEmail },
}: {
  booking: Booking
}) {
  return (
    <span>
      {[contactName, contactEmail].filter(Boolean).join(', ')}
      {contactPhone ? (
        <>
          {contactName || contactEmail ? ', ' : ''}
          <a className="text-link" href={phoneHref(contactPhone)}>
            {formatPhone(contactPhone)}
          </a>
        </>
      ) : null}
    </span>
  )
}

function PlaceFacts({ title, place }: { title: string; place: BookingPlace }) {
  const lift =
    place.hasLift === undefined || place.hasLift === null ? undefined : place.hasLift ? 'Yes' : 'No'
  return (
    <>
      <h3>{title}</h3>
      <Facts
        facts={[
          ['Address', placeInWords(place)],
          ['Property', place.propertyType ? humanise(place.propertyType) : undefined],
          ['Floor', place.floor],
          ['Lift', lift],
          ['Access', place.accessNotes],
        ]}
      />
    </>
  )
}

function Items({ booking }: { booking: Booking }) {
  if (booking.items.length === 0) return null
  const volume = booking.items.reduce((sum, item) => sum + (item.volumeM3 ?? 0) * item.quantity, 0)
  return (
    <>
      <h3>
        Items{' '}
        {volume > 0 ? <span className="subtle small">{volume.toFixed(1)} m³ in all</span> : null}
      </h3>
      <ul className="items">
        {booking.items.map((item, at) => (
          <li key={at} className="row between">
            <span>{item.name}</span>
            <span className="muted">× {item.quantity}</span>
          </li>
        ))}
      </ul>
    </>
  )
}

function PaymentFacts({ payment }: { payment: Payment }) {
  return (
    <section className="card item-card" aria-label={`Payment by ${payment.provider}`}>
      <div className="row between">
        <h4>{humanise(payment.provider)}</h4>
        <span className="row tight">
          <Money pence={payment.amount} />
          <PaymentStatusBadge status={payment.status} />
        </span>
      </div>
      {payment.capturedAt ? (
        <p className="subtle small">Captured {formatDateTime(payment.capturedAt)}</p>
      ) : null}
      {payment.refunds.map((refund) => (
        <p key={refund.id} className="small">
          <Money pence={-refund.amount} /> <RefundBadge status={refund.status} />{' '}
          {formatShortDate(refund.createdAt)}: {refund.reason}
        </p>
      ))}
      {payment.disputes.map((dispute) => (
        <p key={dispute.id} className="small">
          <Money pence={dispute.amount} /> <DisputeBadge status={dispute.status} />{' '}
          {formatShortDate(dispute.openedAt)}: {humanise(dispute.reason).toLowerCase()}
        </p>
      ))}
    </section>
  )
}

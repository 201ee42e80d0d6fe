import { useInfiniteQuery } from '@tanstack/react-query'
import { SearchX } from 'lucide-react'
import { useEffect } from 'react'
import { asProblem, type Booking } from '../../api'
import { BookingStatusBadge, PaymentStatusBadge } from '../../components/status'
import { CopyButton } from '../../ui/CopyButton'
import { formatDateTime, formatPostcode, humanise, plural } from '../../ui/format'
import { Money } from '../../ui/Money'
import { RelativeTime } from '../../ui/RelativeTime'
import { Facts } from '../../ui/Section'
import Sheet from '../../ui/Sheet'
import { SkeletonLines } from '../../ui/Skeleton'
import { EmptyState, ErrorState } from '../../ui/states'
import { bookingsOf } from './queries'

interface BookingPanelProps {
  customerId: string
  bookingId: string
  onClose: () => void
}

/** One booking at the side of the page. */
export default function BookingPanel({ customerId, bookingId, onClose }: BookingPanelProps) {
  const query = useInfiniteQuery(bookingsOf(customerId))
  const { hasNextPage, isFetching, fetchNextPage } = query
  const booking = query.data?.pages.flatMap((page) => page.bookings).find(({ id }) => id === bookingId)

  useEffect(() => {
    if (!booking && hasNextPage && !isFetching) void fetchNextPage()
  }, [booking, hasNextPage, isFetching, fetchNextPage])

  return (
    <Sheet title={booking ? booking.reference : 'Booking'} onClose={onClose}>
      {booking ? (
        <BookingFacts booking={booking} />
      ) : query.isError ? (
        <ErrorState failure={asProblem(query.error)} onRetry={() => void query.refetch()} />
      ) : query.isPending || hasNextPage ? (
        <SkeletonLines lines={10} />
      ) : (
        <EmptyState icon={SearchX} title="There is no such booking">
          This customer has no booking with that address.
        </EmptyState>
      )}
    </Sheet>
  )
}

function BookingFacts({ booking }: { booking: Booking }) {
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
          ['Crew', plural(booking.crewSize, 'person', 'people')],
          ['Items', plural(booking.itemsCount, 'item')],
          ['Distance', booking.distanceMiles ? plural(Math.round(booking.distanceMiles), 'mile') : undefined],
          ['Booked', <RelativeTime key="booked" at={booking.createdAt} />],
        ]}
      />
      <PlaceFacts title="Pickup" place={booking.pickup} />
      <PlaceFacts title="Drop-off" place={booking.dropoff} />
      <h3>Money</h3>
      <Facts
        facts={[
          ['Total', <Money key="total" pence={booking.total} />],
          ['Paid', <Money key="paid" pence={booking.paid} />],
          ['Refunded', booking.refunded > 0 ? <Money key="refunded" pence={booking.refunded} /> : undefined],
        ]}
      />
    </div>
  )
}

function PlaceFacts({ title, place }: { title: string; place: Booking['pickup'] }) {
  return (
    <>
      <h3>{title}</h3>
      <Facts
        facts={[
          ['Address', place.label],
          ['Postcode', formatPostcode(place.postcode)],
          ['Property', place.propertyType ? humanise(place.propertyType) : undefined],
          ['Floor', place.floor],
          ['Access', place.accessType ? humanise(place.accessType) : undefined],
        ]}
      />
    </>
  )
}

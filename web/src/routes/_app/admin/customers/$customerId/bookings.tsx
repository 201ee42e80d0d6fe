import { createFileRoute } from '@tanstack/react-router'
import { BookingsTab } from '../../../../../features/bookings/BookingsTab'

export const Route = createFileRoute('/_app/admin/customers/$customerId/bookings')({
  component: BookingsRoute,
})

function BookingsRoute() {
  return <BookingsTab customerId={Route.useParams().customerId} />
}

import { createFileRoute } from '@tanstack/react-router'
import { TicketsTab } from '../../../../../features/tickets/TicketsTab'

export const Route = createFileRoute('/_app/admin/customers/$customerId/tickets')({
  component: TicketsRoute,
})

function TicketsRoute() {
  return <TicketsTab customerId={Route.useParams().customerId} />
}

import { createFileRoute } from '@tanstack/react-router'
import { TimelineTab } from '../../../../../features/customers/page/TimelineTab'

export const Route = createFileRoute('/_app/admin/customers/$customerId/timeline')({
  component: TimelineRoute,
})

function TimelineRoute() {
  return <TimelineTab customerId={Route.useParams().customerId} />
}

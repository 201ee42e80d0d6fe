import { createFileRoute } from '@tanstack/react-router'
import { OverviewTab } from '../../../../../features/customers/page/OverviewTab'

export const Route = createFileRoute('/_app/admin/customers/$customerId/')({
  component: OverviewRoute,
})

function OverviewRoute() {
  return <OverviewTab customerId={Route.useParams().customerId} />
}

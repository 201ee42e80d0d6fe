import { createFileRoute } from '@tanstack/react-router'
import { RequestPage } from '../../../../features/data_requests/RequestPage'

export const Route = createFileRoute('/_app/admin/data-requests/$requestId')({
  component: RequestRoute,
})

function RequestRoute() {
  const { requestId } = Route.useParams()
  return <RequestPage key={requestId} requestId={requestId} />
}

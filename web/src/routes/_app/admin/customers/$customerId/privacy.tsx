import { createFileRoute } from '@tanstack/react-router'
import { CustomerRequests } from '../../../../../features/data_requests/CustomerRequests'
import { ErasureSection } from '../../../../../features/erasure/ErasureSection'
import { Exports } from '../../../../../features/privacy/Exports'

export const Route = createFileRoute('/_app/admin/customers/$customerId/privacy')({
  component: PrivacyRoute,
})

function PrivacyRoute() {
  const navigate = Route.useNavigate()
  const { customerId } = Route.useParams()
  return (
    <>
      <CustomerRequests
        customerId={customerId}
        onOpen={(requestId) =>
          void navigate({ to: '/admin/data-requests/$requestId', params: { requestId } })
        }
      />
      <ErasureSection customerId={customerId} />
      <Exports customerId={customerId} />
    </>
  )
}

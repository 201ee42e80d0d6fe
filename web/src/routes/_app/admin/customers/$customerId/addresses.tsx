import { createFileRoute } from '@tanstack/react-router'
import { AddressesTab } from '../../../../../features/customers/page/AddressesTab'

export const Route = createFileRoute('/_app/admin/customers/$customerId/addresses')({
  component: AddressesRoute,
})

function AddressesRoute() {
  return <AddressesTab customerId={Route.useParams().customerId} />
}

import { createFileRoute } from '@tanstack/react-router'
import { looksSearch } from '../../../../../features/audit/filter'
import { CustomerLooksPage } from '../../../../../features/audit/LooksPage'

export const Route = createFileRoute('/_app/admin/audit/customers/$customerId')({
  validateSearch: looksSearch,
  component: LookersRoute,
})

function LookersRoute() {
  const { customerId } = Route.useParams()
  const navigate = Route.useNavigate()
  return (
    <CustomerLooksPage
      id={customerId}
      search={Route.useSearch()}
      onSearch={(search) => void navigate({ search, resetScroll: false })}
    />
  )
}

import { createFileRoute } from '@tanstack/react-router'
import { looksSearch } from '../../../../../features/audit/filter'
import { StaffLooksPage } from '../../../../../features/audit/LooksPage'

export const Route = createFileRoute('/_app/admin/audit/staff/$staffId')({
  validateSearch: looksSearch,
  component: LooksRoute,
})

function LooksRoute() {
  const { staffId } = Route.useParams()
  const navigate = Route.useNavigate()
  return (
    <StaffLooksPage
      id={staffId}
      search={Route.useSearch()}
      onSearch={(search) => void navigate({ search, resetScroll: false })}
    />
  )
}

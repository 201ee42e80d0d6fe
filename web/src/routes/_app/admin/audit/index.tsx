import { createFileRoute } from '@tanstack/react-router'
import { AuditPage } from '../../../../features/audit/AuditPage'
import { auditSearch } from '../../../../features/audit/filter'

export const Route = createFileRoute('/_app/admin/audit/')({
  validateSearch: auditSearch,
  component: AuditRoute,
})

function AuditRoute() {
  const search = Route.useSearch()
  const navigate = Route.useNavigate()
  return (
    <AuditPage
      search={search}
      onSearch={(next) => void navigate({ search: next, resetScroll: false })}
    />
  )
}

import { createFileRoute } from '@tanstack/react-router'
import { oneOf, searchParser } from '../../../../components/search'
import { ApprovalsPage } from '../../../../features/ledger/ApprovalsPage'

export const Route = createFileRoute('/_app/admin/approvals/')({
  validateSearch: searchParser({ show: oneOf('decided') }),
  component: ApprovalsRoute,
})

function ApprovalsRoute() {
  return <ApprovalsPage show={Route.useSearch().show ?? 'waiting'} />
}

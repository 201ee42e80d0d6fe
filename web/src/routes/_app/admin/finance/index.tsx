import { createFileRoute } from '@tanstack/react-router'
import { oneOf, searchParser } from '../../../../components/search'
import { FinancePage } from '../../../../features/ledger/FinancePage'

export const Route = createFileRoute('/_app/admin/finance/')({
  validateSearch: searchParser({
    state: oneOf('in_doubt', 'under_way', 'pending_approval', 'succeeded', 'came_to_nothing'),
  }),
  component: FinanceRoute,
})

function FinanceRoute() {
  return <FinancePage state={Route.useSearch().state ?? 'requires_action'} />
}

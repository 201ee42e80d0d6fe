import { createFileRoute } from '@tanstack/react-router'
import { oneOf, searchParser } from '../../../../components/search'
import { financeFigureNames } from '../../../../features/ledger/finance-figures'
import { FinancePage } from '../../../../features/ledger/FinancePage'

export const Route = createFileRoute('/_app/admin/finance/')({
  validateSearch: searchParser({
    state: oneOf('in_doubt', 'under_way', 'pending_approval', 'succeeded', 'came_to_nothing'),
    explain: oneOf(...financeFigureNames),
  }),
  component: FinanceRoute,
})

function FinanceRoute() {
  const { state, explain } = Route.useSearch()
  const navigate = Route.useNavigate()
  return (
    <FinancePage
      state={state ?? 'requires_action'}
      explained={explain}
      onExplain={(figure) =>
        void navigate({ search: { state, explain: figure }, resetScroll: false })
      }
    />
  )
}

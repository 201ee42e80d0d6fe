import { createFileRoute } from '@tanstack/react-router'
import { oneOf, searchParser } from '../../../../components/search'
import { DisputesPage } from '../../../../features/ledger/DisputesPage'

export const Route = createFileRoute('/_app/admin/finance/disputes')({
  validateSearch: searchParser({ state: oneOf('open', 'lost', 'won') }),
  component: DisputesRoute,
})

function DisputesRoute() {
  return <DisputesPage state={Route.useSearch().state ?? 'needs_response'} />
}

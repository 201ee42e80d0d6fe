import { createFileRoute } from '@tanstack/react-router'
import { oneOf, searchParser } from '../../../../components/search'
import { DifferencesPage } from '../../../../features/ledger/DifferencesPage'

export const Route = createFileRoute('/_app/admin/finance/differences')({
  validateSearch: searchParser({ state: oneOf('settled', 'gone') }),
  component: DifferencesRoute,
})

function DifferencesRoute() {
  return <DifferencesPage state={Route.useSearch().state ?? 'open'} />
}

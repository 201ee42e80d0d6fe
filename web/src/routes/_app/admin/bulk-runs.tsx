import { createFileRoute } from '@tanstack/react-router'
import { searchParser, word } from '../../../components/search'
import { BulkRunsPage } from '../../../features/bulk/BulkRunsPage'

export const Route = createFileRoute('/_app/admin/bulk-runs')({
  validateSearch: searchParser({ run: word }),
  component: BulkRunsRoute,
})

function BulkRunsRoute() {
  const { run } = Route.useSearch()
  const navigate = Route.useNavigate()
  return (
    <BulkRunsPage
      run={run}
      onRun={(next) => void navigate({ search: { run: next }, resetScroll: false })}
    />
  )
}

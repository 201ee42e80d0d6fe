import { createFileRoute } from '@tanstack/react-router'
import { searchParser, word } from '../../../components/search'
import { TrashPage } from '../../../features/customers/trash/TrashPage'

export const Route = createFileRoute('/_app/admin/trash')({
  validateSearch: searchParser({ search: word }),
  component: TrashRoute,
})

function TrashRoute() {
  const { search } = Route.useSearch()
  const navigate = Route.useNavigate()
  return (
    <TrashPage
      search={search}
      onSearch={(next) => void navigate({ search: { search: next }, replace: true })}
    />
  )
}

import { createFileRoute } from '@tanstack/react-router'
import { searchParser, word } from '../../../../components/search'
import { RequestsPage } from '../../../../features/data_requests/RequestsPage'

export const Route = createFileRoute('/_app/admin/data-requests/')({
  validateSearch: searchParser({ show: word, kind: word }),
  component: RequestsRoute,
})

function RequestsRoute() {
  const navigate = Route.useNavigate()
  return (
    <RequestsPage
      search={Route.useSearch()}
      onSearch={(search) => void navigate({ search })}
      onOpen={(requestId) =>
        void navigate({ to: '/admin/data-requests/$requestId', params: { requestId } })
      }
    />
  )
}

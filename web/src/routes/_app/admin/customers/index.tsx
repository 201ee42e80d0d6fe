import { createFileRoute, stripSearchParams } from '@tanstack/react-router'
import { listCustomersOptions } from '../../../../api'
import { customerListSearch, toQuery } from '../../../../features/customers/list/filter'
import { CustomersPage } from '../../../../features/customers/list/CustomersPage'

export const Route = createFileRoute('/_app/admin/customers/')({
  validateSearch: customerListSearch,
  search: { middlewares: [stripSearchParams({ page: 1 })] },
  loaderDeps: ({ search }) => search,
  // Only a head start: the page itself says what went wrong.
  loader: ({ context, deps }) => {
    context.queryClient.query(listCustomersOptions({ query: toQuery(deps) })).catch(() => undefined)
  },
  component: CustomersRoute,
})

function CustomersRoute() {
  const search = Route.useSearch()
  const navigate = Route.useNavigate()
  return (
    <CustomersPage
      search={search}
      onSearch={(next, how) =>
        void navigate({ search: next, replace: how?.replace ?? false, resetScroll: false })
      }
    />
  )
}

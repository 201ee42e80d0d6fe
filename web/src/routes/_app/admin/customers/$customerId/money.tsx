import { createFileRoute } from '@tanstack/react-router'
import { MoneyTab } from '../../../../../features/ledger/MoneyTab'

export const Route = createFileRoute('/_app/admin/customers/$customerId/money')({
  component: MoneyRoute,
})

function MoneyRoute() {
  const navigate = Route.useNavigate()
  return (
    <MoneyTab
      customerId={Route.useParams().customerId}
      onAct={(act, on) => void navigate({ search: { act, on }, resetScroll: false })}
    />
  )
}

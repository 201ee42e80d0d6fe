import { createFileRoute } from '@tanstack/react-router'
import { Invoices } from '../../../../../features/invoices/Invoices'
import { MoneyTab } from '../../../../../features/ledger/MoneyTab'

export const Route = createFileRoute('/_app/admin/customers/$customerId/money')({
  component: MoneyRoute,
})

function MoneyRoute() {
  const navigate = Route.useNavigate()
  const { customerId } = Route.useParams()
  return (
    <>
      <MoneyTab
        customerId={customerId}
        onAct={(act, on) => void navigate({ search: { act, on }, resetScroll: false })}
      />
      <Invoices customerId={customerId} />
    </>
  )
}

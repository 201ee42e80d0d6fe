import { createFileRoute } from '@tanstack/react-router'
import { ApprovalPage } from '../../../../features/ledger/ApprovalPage'

export const Route = createFileRoute('/_app/admin/approvals/$approvalId')({
  component: ApprovalRoute,
})

function ApprovalRoute() {
  const { approvalId } = Route.useParams()
  return <ApprovalPage key={approvalId} approvalId={approvalId} />
}

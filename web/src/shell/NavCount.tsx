import { useQuery } from '@tanstack/react-query'
import { listApprovalsOptions, listDataRequestsOptions } from '../api'
import { formatCount } from '../ui/format'

/** What waits behind a link of the navigation. */
export default function NavCount({ to }: { to: string }) {
  if (to === '/admin/approvals') return <Approvals />
  if (to === '/admin/data-requests') return <DataRequests />
  return null
}

function Approvals() {
  const { data } = useQuery(listApprovalsOptions({ query: { pending: true, limit: 1 } }))
  return <Count count={data?.pending} what="waiting" />
}

function DataRequests() {
  const { data } = useQuery(listDataRequestsOptions({ query: { show: 'overdue', limit: 1 } }))
  return <Count count={data && data.counts.due + data.counts.overdue} what="due" />
}

function Count({ count, what }: { count: number | undefined; what: string }) {
  if (!count) return null
  return (
    <span className="count nav-count">
      {formatCount(count)}
      <span className="visually-hidden"> {what}</span>
    </span>
  )
}

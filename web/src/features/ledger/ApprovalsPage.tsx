import { infiniteQueryOptions, useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { UserCheck } from 'lucide-react'
import { asProblem, listApprovals, listApprovalsInfiniteQueryKey, type Approval } from '../../api'
import { LoadMore } from '../../components/LoadMore'
import { HelpLink } from '../../components/HelpLink'
import { Page } from '../../components/Page'
import { QueryTable, type Column } from '../../components/QueryTable'
import { formatCount } from '../../ui/format'
import { Money } from '../../ui/Money'
import { RelativeTime } from '../../ui/RelativeTime'
import { ROW_TARGET } from '../../ui/row-keys'
import { EmptyState, ErrorState } from '../../ui/states'
import { ApprovalBadge } from './ApprovalBadge'
import { acts } from './words'

function approvals(pending: boolean) {
  const query = { pending }
  return infiniteQueryOptions({
    queryKey: listApprovalsInfiniteQueryKey({ query }),
    queryFn: async ({ pageParam, signal }) => {
      const from = { ...query, after: pageParam }
      const { data } = await listApprovals({ query: from, signal, throwOnError: true })
      return data
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
  })
}

/** Acts above somebody's ceiling: those that wait for a decision, and those that are decided. */
export function ApprovalsPage({ show }: { show: 'waiting' | 'decided' }) {
  const query = useInfiniteQuery(approvals(show === 'waiting'))
  const rows = query.data?.pages.flatMap((page) => page.approvals)
  const waiting = query.data?.pages.at(-1)?.pending
  return (
    <Page
      title="Approvals"
      actions={<HelpLink topic="approvals" />}
      heading={
        <>
          Approvals
          {waiting === undefined ? null : <span className="count">{formatCount(waiting)}</span>}
        </>
      }
    >
      <nav className="tabs" aria-label="Approvals">
        <Tab show="waiting" now={show} label="Waiting" />
        <Tab show="decided" now={show} label="Decided" />
      </nav>
      <div className="card">
        {query.isError && !rows ? (
          <ErrorState failure={asProblem(query.error)} onRetry={() => void query.refetch()} />
        ) : rows?.length === 0 ? (
          <EmptyState
            icon={UserCheck}
            title={show === 'waiting' ? 'Nothing waits for a decision' : 'Nothing is decided yet'}
          >
            A refund or credit above the ceiling of whoever issues it comes here, for somebody else
            to decide.
          </EmptyState>
        ) : (
          <QueryTable
            label="Requests"
            columns={columns}
            rows={rows}
            rowKey={({ id }) => id}
            card={(approval) => <ApprovalCard approval={approval} />}
            skeletonRows={6}
          />
        )}
        <LoadMore query={query} what="requests" />
      </div>
    </Page>
  )
}

function Tab(props: { show: 'waiting' | 'decided'; now: string; label: string }) {
  return (
    <Link
      to="/admin/approvals"
      search={props.show === 'decided' ? { show: 'decided' } : {}}
      className="tab"
      aria-current={props.now === props.show ? 'page' : undefined}
    >
      {props.label}
    </Link>
  )
}

function Title({ approval }: { approval: Approval }) {
  return (
    <Link
      to="/admin/approvals/$approvalId"
      params={{ approvalId: approval.id }}
      className="row-link"
      {...ROW_TARGET}
    >
      {acts[approval.act]}
      {approval.bookingReference ? ` of ${approval.bookingReference}` : ''}
    </Link>
  )
}

const columns: readonly Column<Approval>[] = [
  {
    id: 'what',
    header: 'What',
    className: 'nowrap',
    cell: (approval) => <Title approval={approval} />,
  },
  {
    id: 'customer',
    header: 'Customer',
    cell: ({ customerName }) => <span dir="auto">{customerName}</span>,
  },
  {
    id: 'who',
    header: 'Asked by',
    className: 'from-desktop',
    cell: ({ requestedByName }) => requestedByName,
  },
  {
    id: 'when',
    header: 'When',
    className: 'nowrap',
    cell: ({ requestedAt }) => <RelativeTime at={requestedAt} />,
  },
  { id: 'state', header: 'State', cell: ({ state }) => <ApprovalBadge state={state} /> },
  {
    id: 'amount',
    header: 'Amount',
    className: 'number',
    cell: ({ amount }) => <Money pence={amount} />,
  },
]

function ApprovalCard({ approval }: { approval: Approval }) {
  return (
    <>
      <div className="row between">
        <Title approval={approval} />
        <Money pence={approval.amount} />
      </div>
      <p className="muted">
        <span dir="auto">{approval.customerName}</span>, asked by {approval.requestedByName}{' '}
        <RelativeTime at={approval.requestedAt} />
      </p>
      <div className="row tight">
        <ApprovalBadge state={approval.state} />
      </div>
    </>
  )
}

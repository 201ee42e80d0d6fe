import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import {
  asProblem,
  listErasureProposals,
  listErasureProposalsInfiniteQueryKey,
  type ErasureProposal,
} from '../../api'
import { LoadMore } from '../../components/LoadMore'
import { QueryTable, type Column } from '../../components/QueryTable'
import { formatDate, plural } from '../../ui/format'
import { Section } from '../../ui/Section'
import { SkeletonLines } from '../../ui/Skeleton'
import { ErrorState } from '../../ui/states'

const columns: readonly Column<ErasureProposal>[] = [
  { id: 'name', header: 'Customer', className: 'wide', cell: (one) => <Who one={one} /> },
  {
    id: 'heard',
    header: 'Last heard of',
    className: 'nowrap',
    cell: ({ lastContactAt }) => formatDate(lastContactAt),
  },
  {
    id: 'archived',
    header: 'Archived',
    className: 'nowrap',
    cell: ({ archivedAt }) => formatDate(archivedAt),
  },
  {
    id: 'proposed',
    header: 'Proposed',
    className: 'nowrap',
    cell: ({ proposedAt }) => formatDate(proposedAt),
  },
]

/** Archived customers whose time is over: two people decide about each. */
export default function Proposals() {
  const query = useInfiniteQuery({
    queryKey: listErasureProposalsInfiniteQueryKey(),
    queryFn: async ({ pageParam, signal }) => {
      const from = { after: pageParam }
      const { data } = await listErasureProposals({ query: from, signal, throwOnError: true })
      return data
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
  })
  const proposals = query.data?.pages.flatMap((page) => page.proposals)
  const total = query.data?.pages[0]?.total ?? 0
  return (
    <Section title="Proposed for erasure" flush={total > 0}>
      {!proposals ? (
        query.isError ? (
          <ErrorState failure={asProblem(query.error)} onRetry={() => void query.refetch()} />
        ) : (
          <SkeletonLines lines={3} />
        )
      ) : total === 0 ? (
        <p className="muted">
          Nobody. Archived customers appear here once nothing has been heard of them for the period,
          and retention is on.
        </p>
      ) : (
        <>
          <div className="section-body">
            <p className="muted">
              {plural(total, 'archived customer')} whose time is over. One person plans the erasure
              on the customer’s page, somebody else approves it. Whoever is to be kept is restored,
              or put under a legal hold.
            </p>
          </div>
          <QueryTable
            label="Proposed for erasure"
            columns={columns}
            rows={proposals}
            rowKey={({ customerId }) => customerId}
            card={(one) => (
              <>
                <Who one={one} />
                <p className="muted">
                  Last heard of {formatDate(one.lastContactAt)}, archived{' '}
                  {formatDate(one.archivedAt)}
                </p>
              </>
            )}
          />
          <LoadMore query={query} what="customers" />
        </>
      )}
    </Section>
  )
}

function Who({ one: { customerId, name } }: { one: ErasureProposal }) {
  return (
    <Link
      to="/admin/customers/$customerId/privacy"
      params={{ customerId }}
      className="text-link"
      dir="auto"
    >
      {name}
    </Link>
  )
}

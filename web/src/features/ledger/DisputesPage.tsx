import { infiniteQueryOptions, useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Gavel } from 'lucide-react'
import {
  asProblem,
  listDisputes,
  listDisputesInfiniteQueryKey,
  type ListDisputesData,
} from '../../api'
import { LoadMore } from '../../components/LoadMore'
import { Page } from '../../components/Page'
import { SkeletonLines } from '../../ui/Skeleton'
import { EmptyState, ErrorState } from '../../ui/states'
import { DisputeList } from './DisputeList'

export type DisputeState = NonNullable<NonNullable<ListDisputesData['query']>['state']>

const states: readonly (readonly [DisputeState, string, string])[] = [
  ['needs_response', 'To be answered', 'No bank waits for an answer'],
  ['open', 'Undecided', 'No dispute is undecided'],
  ['lost', 'Lost', 'No dispute was lost'],
  ['won', 'Won or closed', 'No dispute was won or closed'],
]

function disputesIn(state: DisputeState) {
  const query = { state }
  return infiniteQueryOptions({
    queryKey: listDisputesInfiniteQueryKey({ query }),
    queryFn: async ({ pageParam, signal }) => {
      const from = { ...query, after: pageParam }
      const { data } = await listDisputes({ query: from, signal, throwOnError: true })
      return data
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
  })
}

/** What customers' banks ask back, until they decide. */
export function DisputesPage({ state }: { state: DisputeState }) {
  const query = useInfiniteQuery(disputesIn(state))
  const disputes = query.data?.pages.flatMap((page) => page.disputes)
  return (
    <Page title="Disputes" heading="Disputes">
      <p className="muted">
        <Link to="/admin/finance" className="text-link">
          Finance
        </Link>
        {' · '}What customers’ banks ask back. Stripe tells us of it and is where it is answered;
        what a bank holds cannot be refunded here.
      </p>
      <nav className="tabs" aria-label="Disputes by state">
        {states.map(([one, label]) => (
          <Link
            key={one}
            to="/admin/finance/disputes"
            search={one === 'needs_response' ? {} : { state: one }}
            className="tab"
            aria-current={one === state ? 'page' : undefined}
            resetScroll={false}
          >
            {label}
          </Link>
        ))}
      </nav>
      <div className="card">
        {query.isError && !disputes ? (
          <ErrorState failure={asProblem(query.error)} onRetry={() => void query.refetch()} />
        ) : !disputes ? (
          <div className="section-body">
            <SkeletonLines lines={4} />
          </div>
        ) : disputes.length === 0 ? (
          <EmptyState icon={Gavel} title={states.find(([one]) => one === state)?.[2] ?? ''}>
            When a customer’s bank asks for a payment back, it is listed here with what to do and
            until when.
          </EmptyState>
        ) : (
          <DisputeList
            disputes={disputes}
            extra={({ customerId, customerName }) => (
              <Link
                to="/admin/customers/$customerId/money"
                params={{ customerId }}
                className="text-link"
                dir="auto"
              >
                {customerName}
              </Link>
            )}
          />
        )}
        <LoadMore query={query} what="disputes" />
      </div>
    </Page>
  )
}

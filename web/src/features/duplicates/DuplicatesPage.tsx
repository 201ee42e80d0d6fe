import { infiniteQueryOptions, useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { UsersRound } from 'lucide-react'
import { lazy, Suspense, useEffect, useState } from 'react'
import {
  asProblem,
  listDuplicates,
  listDuplicatesInfiniteQueryKey,
  type DuplicatePair,
} from '../../api'
import { LoadMore } from '../../components/LoadMore'
import { HelpLink } from '../../components/HelpLink'
import { Page } from '../../components/Page'
import { SkeletonLines } from '../../ui/Skeleton'
import { EmptyState, ErrorState } from '../../ui/states'
import { Dismissals } from './Dismissals'
import { PairCard } from './PairCard'
import { reasonsInWords, type Reason } from './words'

const DismissDialog = lazy(() => import('./DismissDialog'))

const PAGE = 25

const duplicates = (reason: Reason | undefined) =>
  infiniteQueryOptions({
    queryKey: listDuplicatesInfiniteQueryKey({ query: { reason, limit: PAGE } }),
    queryFn: async ({ pageParam, signal }) => {
      const query = { reason, limit: PAGE, after: pageParam }
      const { data } = await listDuplicates({ query, signal, throwOnError: true })
      return data
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
  })

const filters = [
  [undefined, 'All'],
  ['email', reasonsInWords.email],
  ['phone', reasonsInWords.phone],
  ['surname_postcode', reasonsInWords.surname_postcode],
] as const

/** Customers who may be in here twice. */
export function DuplicatesPage({ reason }: { reason: Reason | undefined }) {
  const query = useInfiniteQuery(duplicates(reason))
  const [dismissing, setDismissing] = useState<DuplicatePair>()
  const pairs = query.data?.pages.flatMap((page) => page.pairs)
  const { hasNextPage, isFetching, fetchNextPage } = query
  // Where duplicates are rare a page may be empty, and the next goes on.
  const goesOn = pairs?.length === 0 && hasNextPage
  useEffect(() => {
    if (goesOn && !isFetching) void fetchNextPage()
  }, [goesOn, isFetching, fetchNextPage])
  return (
    <Page title="Duplicates" heading="Duplicates" actions={<HelpLink topic="duplicates" />}>
      <p className="muted">
        Pairs of records that may be one person. Merge them, or say that they are not the same: then
        they are not shown again until they share something more.
      </p>
      <nav className="tabs" aria-label="Reasons">
        {filters.map(([value, label]) => (
          <Link
            key={label}
            to="/admin/duplicates"
            search={value ? { reason: value } : {}}
            className="tab"
            activeOptions={{ exact: true, includeSearch: true }}
            resetScroll={false}
          >
            {label}
          </Link>
        ))}
      </nav>
      <div className="card">
        {query.isError && !pairs ? (
          <ErrorState failure={asProblem(query.error)} onRetry={() => void query.refetch()} />
        ) : !pairs || (goesOn && !query.isError) ? (
          <div className="section-body">
            <SkeletonLines lines={6} />
          </div>
        ) : pairs.length === 0 ? (
          <EmptyState icon={UsersRound} title="No duplicates are found">
            No two customers share{' '}
            {reason ? 'this' : 'an e-mail address, a phone number, or surname and postcode'}.
          </EmptyState>
        ) : (
          <ul className="card-list" aria-label="Possible duplicates">
            {pairs.map((pair) => (
              <li key={`${pair.one.id} ${pair.other.id}`}>
                <PairCard pair={pair} onDismiss={() => setDismissing(pair)} />
              </li>
            ))}
          </ul>
        )}
        <LoadMore query={query} what="pairs" />
      </div>
      <Dismissals />
      <Suspense fallback={null}>
        {dismissing ? (
          <DismissDialog pair={dismissing} onClose={() => setDismissing(undefined)} />
        ) : null}
      </Suspense>
    </Page>
  )
}

import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import {
  asProblem,
  listBulkCustomers,
  listBulkCustomersInfiniteQueryKey,
  readBulkRunOptions,
  type BulkOutcome,
} from '../../api'
import { actInWords } from '../../components/bulk-runs'
import { LoadMore } from '../../components/LoadMore'
import { formatCount } from '../../ui/format'
import { LoneSelect } from '../../ui/lone'
import Modal from '../../ui/Modal'
import { SkeletonLines } from '../../ui/Skeleton'
import { ErrorState } from '../../ui/states'

const outcomes: readonly { id: BulkOutcome; word: string }[] = [
  { id: 'refused', word: 'Refused' },
  { id: 'skipped', word: 'So already' },
  { id: 'changed', word: 'Changed' },
]

/** What became of each customer of a run, those that were refused first. */
export default function OutcomesDialog({ run: id, onClose }: { run: string; onClose: () => void }) {
  const { data: run, isError, error, refetch } = useQuery(readBulkRunOptions({ path: { id } }))
  const [asked, setAsked] = useState<BulkOutcome>()
  const shown = asked ?? (run && outcomes.find((one) => run[one.id] > 0)?.id) ?? 'changed'
  return (
    <Modal title={run ? actInWords(run) : 'Bulk act'} size="lg" onClose={onClose}>
      {isError ? (
        <ErrorState failure={asProblem(error)} onRetry={() => void refetch()} />
      ) : !run ? (
        <SkeletonLines lines={4} />
      ) : (
        <div className="stack">
          <LoneSelect
            aria-label="Outcome"
            value={shown}
            onChange={({ target }) => setAsked(outcomes.find((one) => one.id === target.value)?.id)}
          >
            {outcomes.map(({ id: outcome, word }) => (
              <option key={outcome} value={outcome}>
                {word}: {formatCount(run[outcome])}
              </option>
            ))}
          </LoneSelect>
          <Customers run={id} outcome={shown} />
        </div>
      )}
    </Modal>
  )
}

function Customers({ run, outcome }: { run: string; outcome: BulkOutcome }) {
  const path = { id: run }
  const query = useInfiniteQuery({
    queryKey: listBulkCustomersInfiniteQueryKey({ path, query: { outcome } }),
    queryFn: async ({ pageParam, signal }) => {
      const asked = { outcome, after: pageParam }
      const { data } = await listBulkCustomers({ path, query: asked, signal, throwOnError: true })
      return data
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
  })
  const customers = query.data?.pages.flatMap((page) => page.customers)
  if (query.isError && !customers) {
    return <ErrorState failure={asProblem(query.error)} onRetry={() => void query.refetch()} />
  }
  if (!customers) return <SkeletonLines lines={4} />
  if (customers.length === 0) return <p className="muted">Nobody.</p>
  return (
    <>
      <ul className="card-list" aria-label="Customers">
        {customers.map(({ customerId, customerName, reason }) => (
          <li key={customerId}>
            <Link
              to="/admin/customers/$customerId"
              params={{ customerId }}
              className="row-link"
              dir="auto"
            >
              {customerName}
            </Link>
            {reason ? <span className="muted">{reason}</span> : null}
          </li>
        ))}
      </ul>
      <LoadMore query={query} what="customers" />
    </>
  )
}

import { infiniteQueryOptions, useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { CircleCheck } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import {
  asProblem,
  listDeadJobs,
  listDeadJobsInfiniteQueryKey,
  retryJob,
  type DeadJob,
} from '../../api'
import { LoadMore } from '../../components/LoadMore'
import { Page } from '../../components/Page'
import { useBlocked } from '../../components/permissions'
import { toastDone, toastProblem } from '../../components/toast'
import { ActButton } from '../../ui/ActButton'
import { formatCount, plural } from '../../ui/format'
import { RelativeTime } from '../../ui/RelativeTime'
import { SkeletonLines } from '../../ui/Skeleton'
import { EmptyState, ErrorState } from '../../ui/states'
import { jobInWords } from '../../ui/job-kinds'
import { aboutInWords } from './words'

const DiscardDialog = lazy(() => import('./DiscardDialog'))

const deadJobs = infiniteQueryOptions({
  queryKey: listDeadJobsInfiniteQueryKey(),
  queryFn: async ({ pageParam, signal }) => {
    const query = { after: pageParam }
    const { data } = await listDeadJobs({ query, signal, throwOnError: true })
    return data
  },
  initialPageParam: undefined as string | undefined,
  getNextPageParam: ({ next }) => next ?? undefined,
})

/** Work that nobody tries any more, until a person decides. */
export function DeadJobsPage() {
  const queryClient = useQueryClient()
  const query = useInfiniteQuery(deadJobs)
  const [discarding, setDiscarding] = useState<DeadJob>()
  const [first] = query.data?.pages ?? []
  const jobs = query.data?.pages.flatMap((page) => page.jobs)

  const retry = async (job: DeadJob) => {
    try {
      await retryJob({ path: { id: job.id }, throwOnError: true })
      toastDone(`${jobInWords(job.kind)}: tried again`)
    } catch (error) {
      toastProblem(error)
    } finally {
      void queryClient.invalidateQueries({ queryKey: listDeadJobsInfiniteQueryKey() })
    }
  }

  return (
    <Page
      title="Dead jobs"
      heading={
        <>
          Dead jobs
          {first ? <span className="count">{formatCount(first.total)}</span> : null}
        </>
      }
    >
      <p className="muted">
        Work in the background that failed too often, or whose program ended while it ran. Mend the
        cause and have it tried again, or let it go.
      </p>
      <div className="card">
        {query.isError && !jobs ? (
          <ErrorState failure={asProblem(query.error)} onRetry={() => void query.refetch()} />
        ) : !jobs ? (
          <div className="section-body">
            <SkeletonLines lines={4} />
          </div>
        ) : jobs.length === 0 ? (
          <EmptyState icon={CircleCheck} title="No job is dead">
            All work in the background is done, or under way.
          </EmptyState>
        ) : (
          <ul className="card-list" aria-label="Dead jobs">
            {jobs.map((job) => (
              <li key={job.id}>
                <Entry
                  job={job}
                  onRetry={() => void retry(job)}
                  onDiscard={() => setDiscarding(job)}
                />
              </li>
            ))}
          </ul>
        )}
        <LoadMore query={query} what="jobs" />
      </div>
      <Suspense fallback={null}>
        {discarding ? (
          <DiscardDialog job={discarding} onClose={() => setDiscarding(undefined)} />
        ) : null}
      </Suspense>
    </Page>
  )
}

function Entry(props: { job: DeadJob; onRetry: () => void; onDiscard: () => void }) {
  const blocked = useBlocked()
  const { job } = props
  const name = jobInWords(job.kind)
  const about = aboutInWords(job.payload)
  return (
    <>
      <div className="row between">
        <strong>{name}</strong>
        <span className="subtle small">
          dead <RelativeTime at={job.diedAt} />
        </span>
      </div>
      <p>{job.lastError ?? 'It left no word of what went wrong.'}</p>
      <p className="subtle small">
        {plural(job.attempts, 'attempt')}, first asked for <RelativeTime at={job.createdAt} />
        {about ? `, ${about}` : ''}
      </p>
      <div className="row tight">
        <ActButton
          size="xs"
          variant="outline"
          aria-label={`Try again: ${name}`}
          blocked={blocked('job.manage')}
          onClick={props.onRetry}
        >
          Try again
        </ActButton>
        <ActButton
          size="xs"
          variant="outline"
          aria-label={`Let go: ${name}`}
          blocked={blocked('job.manage')}
          onClick={props.onDiscard}
        >
          Let go
        </ActButton>
      </div>
    </>
  )
}

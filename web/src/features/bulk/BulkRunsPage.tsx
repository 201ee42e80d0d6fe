import { infiniteQueryOptions, useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { CircleCheck, CirclePause, Clock, ListChecks, RotateCcw } from 'lucide-react'
import { lazy, Suspense } from 'react'
import { asProblem, listBulkRuns, listBulkRunsInfiniteQueryKey, type BulkRun } from '../../api'
import { actInWords, stopRun, undoRun } from '../../components/bulk-runs'
import { useGatheredHints } from '../../components/live'
import { LoadMore } from '../../components/LoadMore'
import { HelpLink } from '../../components/HelpLink'
import { Page } from '../../components/Page'
import { ActButton } from '../../ui/ActButton'
import { Badge, type Tone } from '../../ui/Badge'
import { formatCount, plural } from '../../ui/format'
import { RelativeTime } from '../../ui/RelativeTime'
import { SkeletonLines } from '../../ui/Skeleton'
import { EmptyState, ErrorState } from '../../ui/states'

const OutcomesDialog = lazy(() => import('./OutcomesDialog'))

const bulkRuns = infiniteQueryOptions({
  queryKey: listBulkRunsInfiniteQueryKey(),
  queryFn: async ({ pageParam, signal }) => {
    const { data } = await listBulkRuns({ query: { after: pageParam }, signal, throwOnError: true })
    return data
  },
  initialPageParam: undefined as string | undefined,
  getNextPageParam: ({ next }) => next ?? undefined,
})

interface BulkRunsPageProps {
  /** The run that is looked into. */
  run: string | undefined
  onRun: (run: string | undefined) => void
}

/** What was done to many at once: who, what, how many, how it ended, and the way back. */
export function BulkRunsPage({ run, onRun }: BulkRunsPageProps) {
  const queryClient = useQueryClient()
  const query = useInfiniteQuery(bulkRuns)
  const runs = query.data?.pages.flatMap((page) => page.runs)
  useGatheredHints(['bulk_run', 'resync'], () => {
    void queryClient.invalidateQueries({ queryKey: listBulkRunsInfiniteQueryKey() })
  })
  return (
    <Page title="Bulk acts" heading="Bulk acts" actions={<HelpLink topic="bulk acts" />}>
      <p className="muted">
        What was done to many customers at once. Select rows in the list of customers to begin one.
      </p>
      <div className="card">
        {query.isError && !runs ? (
          <ErrorState failure={asProblem(query.error)} onRetry={() => void query.refetch()} />
        ) : !runs ? (
          <div className="section-body">
            <SkeletonLines lines={4} />
          </div>
        ) : runs.length === 0 ? (
          <EmptyState icon={ListChecks} title="Nothing was done to many yet">
            Flags, archiving and restoring can be done to many customers at once.
          </EmptyState>
        ) : (
          <ul className="card-list" aria-label="Bulk acts">
            {runs.map((one) => (
              <li key={one.id} className="bulk-run">
                <Entry run={one} onDetails={() => onRun(one.id)} />
              </li>
            ))}
          </ul>
        )}
        <LoadMore query={query} what="bulk acts" />
      </div>
      <Suspense fallback={null}>
        {run === undefined ? null : (
          <OutcomesDialog key={run} run={run} onClose={() => onRun(undefined)} />
        )}
      </Suspense>
    </Page>
  )
}

const states: Record<BulkRun['state'], { word: string; tone: Tone; icon: typeof Clock }> = {
  running: { word: 'At work', tone: 'blue', icon: Clock },
  finished: { word: 'Finished', tone: 'green', icon: CircleCheck },
  stopped: { word: 'Stopped', tone: 'amber', icon: CirclePause },
}

function Entry({ run, onDetails }: { run: BulkRun; onDetails: () => void }) {
  const queryClient = useQueryClient()
  const name = actInWords(run)
  const { word, tone, icon } = states[run.state]
  const done = run.changed + run.skipped + run.refused
  return (
    <>
      <div className="row between">
        <span className="row tight">
          <strong>{name}</strong>
          <Badge tone={tone} icon={icon}>
            {word}
          </Badge>
          {run.undoneBy ? (
            <Badge tone="gray" icon={RotateCcw}>
              Undone
            </Badge>
          ) : null}
        </span>
        <span className="subtle small">
          <bdi>{run.requestedByName}</bdi>, <RelativeTime at={run.startedAt} />
        </span>
      </div>
      {run.state === 'running' ? (
        <div className="row tight">
          <progress aria-label={`${name}: done`} max={run.total} value={done} />
          <span className="muted">
            {formatCount(done)} of {formatCount(run.total)}
          </span>
        </div>
      ) : null}
      <p>
        {formatCount(run.changed)} of {plural(run.total, 'customer')} changed
        {run.skipped > 0 ? `, ${formatCount(run.skipped)} were so already` : ''}
        {run.refused > 0 ? `, ${formatCount(run.refused)} refused` : ''}
        {run.state === 'stopped' && done < run.total
          ? `, ${formatCount(run.total - done)} left alone`
          : ''}
        .{stopWords(run)}
      </p>
      <div className="row tight">
        <ActButton
          size="xs"
          variant="outline"
          aria-label={`Details: ${name}`}
          aria-haspopup="dialog"
          onClick={onDetails}
        >
          Details
        </ActButton>
        {run.state === 'running' ? (
          <ActButton
            size="xs"
            variant="outline"
            aria-label={`Stop: ${name}`}
            blocked={run.stop.allowed ? undefined : (run.stop.reason ?? '')}
            onClick={() => void stopRun(queryClient, run)}
          >
            Stop
          </ActButton>
        ) : (
          <ActButton
            size="xs"
            variant="outline"
            aria-label={`Undo: ${name}`}
            blocked={run.undo.allowed ? undefined : (run.undo.reason ?? '')}
            onClick={() => void undoRun(queryClient, run)}
          >
            Undo
          </ActButton>
        )}
      </div>
    </>
  )
}

function stopWords({ state, stoppedByName }: BulkRun): string {
  if (state !== 'stopped') return ''
  return stoppedByName
    ? ` Stopped by ${stoppedByName}.`
    : ' It ended because who asked for it may not do this any more.'
}

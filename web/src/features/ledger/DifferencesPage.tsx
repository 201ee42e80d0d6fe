import { infiniteQueryOptions, useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Scale } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import {
  asProblem,
  readReconciliation,
  readReconciliationInfiniteQueryKey,
  runReconciliation,
  type Difference,
  type DifferenceState,
  type Reconciliation,
  type ReconciliationRun,
} from '../../api'
import { LoadMore } from '../../components/LoadMore'
import { HelpLink } from '../../components/HelpLink'
import { Page } from '../../components/Page'
import { useBlocked } from '../../components/permissions'
import { toastProblem } from '../../components/toast'
import { ActButton } from '../../ui/ActButton'
import { formatCount, formatDateTime, plural } from '../../ui/format'
import { RelativeTime } from '../../ui/RelativeTime'
import { Facts } from '../../ui/Section'
import { SkeletonLines } from '../../ui/Skeleton'
import { EmptyState, ErrorState } from '../../ui/states'
import { kinds, settlements, sideInWords, stageNames, stages } from './differences'

const DifferenceDialog = lazy(() => import('./dialogs/DifferenceDialog'))

const POLL_MS = 1_000

const tabs: readonly (readonly [DifferenceState, string])[] = [
  ['open', 'Open'],
  ['settled', 'Settled'],
  ['gone', 'Gone by themselves'],
]

function differences(state: DifferenceState) {
  const query = { state }
  return infiniteQueryOptions({
    queryKey: readReconciliationInfiniteQueryKey({ query }),
    queryFn: async ({ pageParam, signal }) => {
      const from = { ...query, after: pageParam }
      const { data } = await readReconciliation({ query: from, signal, throwOnError: true })
      return data
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
    refetchInterval: ({ state: { data } }) => (underWay(data?.pages[0]) ? POLL_MS : false),
  })
}

const underWay = (page: Reconciliation | undefined) =>
  page?.runs.find(({ finishedAt }) => !finishedAt)

/** Where our books and the providers' differ, until somebody settles it. */
export function DifferencesPage({ state }: { state: DifferenceState }) {
  const queryClient = useQueryClient()
  const blocked = useBlocked()
  const query = useInfiniteQuery(differences(state))
  const [settling, setSettling] = useState<Difference>()
  const [first] = query.data?.pages ?? []
  const rows = query.data?.pages.flatMap((page) => page.differences)
  const running = underWay(first)

  const compare = async () => {
    try {
      await runReconciliation({ throwOnError: true })
    } catch (error) {
      toastProblem(error)
    } finally {
      void queryClient.invalidateQueries({ queryKey: readReconciliationInfiniteQueryKey() })
    }
  }

  return (
    <Page
      title="Differences"
      heading={
        <>
          Differences
          {first ? <span className="count">{formatCount(first.open)}</span> : null}
        </>
      }
      actions={
        <>
          <HelpLink topic="differences" />
          <ActButton
            size="sm"
            blocked={
              blocked('difference.settle') ??
              (running ? 'A comparison is under way already.' : undefined)
            }
            onClick={() => void compare()}
          >
            Compare now
          </ActButton>
        </>
      }
    >
      <p className="muted">
        <Link to="/admin/finance" className="text-link">
          Finance
        </Link>
        {' · '}What the card provider and the bank have, compared with our books every night.
      </p>
      {first ? <Runs page={first} /> : null}
      <nav className="tabs" aria-label="Differences by state">
        {tabs.map(([one, label]) => (
          <Link
            key={one}
            to="/admin/finance/differences"
            search={one === 'open' ? {} : { state: one }}
            className="tab"
            aria-current={one === state ? 'page' : undefined}
            resetScroll={false}
          >
            {label}
          </Link>
        ))}
      </nav>
      <div className="card">
        {query.isError && !rows ? (
          <ErrorState failure={asProblem(query.error)} onRetry={() => void query.refetch()} />
        ) : (
          <List rows={rows} state={state} runs={first?.runs} onSettle={setSettling} />
        )}
        <LoadMore query={query} what="differences" />
      </div>
      <Suspense fallback={null}>
        {settling ? (
          <DifferenceDialog difference={settling} onClose={() => setSettling(undefined)} />
        ) : null}
      </Suspense>
    </Page>
  )
}

function Runs({ page }: { page: Reconciliation }) {
  const running = underWay(page)
  const last = page.runs.find(({ finishedAt }) => finishedAt)
  return (
    <div className="card section-body stack tight">
      {running ? <Progress run={running} /> : null}
      {last ? (
        <p>{lastInWords(last, page.stripeConnected)}</p>
      ) : (
        <p>Nothing has been compared yet.</p>
      )}
      {last?.failure ? <p>It ended early: {last.failure}</p> : null}
      {page.stripeConnected ? null : (
        <p className="muted">Stripe is not connected: only transfers made by hand are compared.</p>
      )}
    </div>
  )
}

function Progress({ run }: { run: ReconciliationRun }) {
  const label = `${stages[run.stage]}: ${plural(run.compared, 'entry', 'entries')} compared`
  return (
    <div className="stack tight">
      <p role="status">{label}</p>
      <progress
        aria-label="Comparison"
        max={stageNames.length - 1}
        value={stageNames.indexOf(run.stage)}
      />
    </div>
  )
}

function lastInWords(run: ReconciliationRun, stripeConnected: boolean): string {
  const who = run.requestedBy ? ` by ${run.requestedBy}` : ''
  const when = formatDateTime(run.finishedAt ?? run.startedAt)
  const theirs = stripeConnected
    ? `${plural(run.compared, 'entry', 'entries')} of Stripe’s, and `
    : ''
  return `Last compared ${when}${who}: ${theirs}all transfers made by hand.`
}

interface ListProps {
  rows: readonly Difference[] | undefined
  state: DifferenceState
  runs: readonly ReconciliationRun[] | undefined
  onSettle: (difference: Difference) => void
}

function List({ rows, state, runs, onSettle }: ListProps) {
  if (!rows) {
    return (
      <div className="section-body">
        <SkeletonLines lines={4} />
      </div>
    )
  }
  if (rows.length === 0) {
    const done = runs?.find(({ finishedAt, failure }) => finishedAt && !failure)?.finishedAt
    const empty: Record<DifferenceState, string> = {
      open: done ? `Nothing differs as of ${formatDateTime(done)}` : 'Nothing has been found yet',
      settled: 'Nothing is settled yet',
      gone: 'Nothing has gone by itself yet',
    }
    return (
      <EmptyState icon={Scale} title={empty[state]}>
        Where what the providers have and our books do not fit, it is listed here until it fits or
        somebody settles it.
      </EmptyState>
    )
  }
  return (
    <ul className="card-list" aria-label="Differences">
      {rows.map((difference) => (
        <li key={difference.id}>
          <Entry difference={difference} onSettle={() => onSettle(difference)} />
        </li>
      ))}
    </ul>
  )
}

function Entry({ difference, onSettle }: { difference: Difference; onSettle: () => void }) {
  const blocked = useBlocked()
  const { title, todo } = kinds[difference.kind]
  const open = difference.state === 'open'
  return (
    <>
      <div className="row between">
        <strong>{title}</strong>
        <span className="subtle small">
          <RelativeTime at={difference.firstSeen} />
        </span>
      </div>
      <Facts
        facts={[
          ['We say', sideInWords(difference.ours)],
          [
            'Stripe says',
            difference.provider === 'stripe' ? sideInWords(difference.theirs) : undefined,
          ],
        ]}
      />
      {open ? <p>{todo}</p> : <Closed difference={difference} />}
      <div className="row between">
        {difference.customerId ? (
          <span>
            <Link
              to="/admin/customers/$customerId/money"
              params={{ customerId: difference.customerId }}
              className="text-link"
              dir="auto"
            >
              {difference.customerName}
            </Link>
            {difference.bookingReference ? `, ${difference.bookingReference}` : ''}
          </span>
        ) : (
          <span className="subtle">Of no booking of ours</span>
        )}
        {open ? (
          <ActButton
            size="xs"
            variant="outline"
            aria-label={`Settle: ${title}, ${difference.subject}`}
            blocked={blocked('difference.settle')}
            onClick={onSettle}
          >
            Settle
          </ActButton>
        ) : null}
      </div>
    </>
  )
}

function Closed({ difference }: { difference: Difference }) {
  if (difference.state === 'gone') {
    return <p>A later comparison did not find it again.</p>
  }
  return (
    <p>
      {difference.outcome ? settlements[difference.outcome].act : ''}, {difference.settledBy}:{' '}
      <span dir="auto">{difference.word}</span>
    </p>
  )
}

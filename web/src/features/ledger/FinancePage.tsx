import { infiniteQueryOptions, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import {
  asProblem,
  listRefunds,
  listRefundsInfiniteQueryKey,
  readFinanceDayOptions,
  type FinanceDay,
  type ListRefundsData,
  type RefundRecord,
} from '../../api'
import { LoadMore } from '../../components/LoadMore'
import { HelpLink } from '../../components/HelpLink'
import { Page } from '../../components/Page'
import { formatCount, formatDate, plural } from '../../ui/format'
import { Money } from '../../ui/Money'
import { Skeleton } from '../../ui/Skeleton'
import { Stat, Stats } from '../../ui/Stat'
import { Callout, ErrorState } from '../../ui/states'
import { financeFigures, type FinanceFigure } from './finance-figures'
import { RefundList } from './RefundList'
import { TransferActs } from './TransferActs'

const ExplainFinance = lazy(() => import('./ExplainFinance'))
const SettleDialog = lazy(() => import('./dialogs/SettleDialog'))

export type RefundState = NonNullable<NonNullable<ListRefundsData['query']>['state']>

const states: readonly (readonly [RefundState, string, string])[] = [
  ['requires_action', 'To be done', 'Nothing waits for a person.'],
  ['in_doubt', 'In doubt', 'Every answer of the card provider is known.'],
  ['under_way', 'Under way', 'No refund is on its way.'],
  ['pending_approval', 'Awaiting approval', 'No refund waits for a decision.'],
  ['succeeded', 'Refunded', 'Nothing has gone back yet.'],
  ['came_to_nothing', 'Came to nothing', 'No refund failed, was cancelled or was rejected.'],
]

function refundsIn(state: RefundState) {
  const query = { state }
  return infiniteQueryOptions({
    queryKey: listRefundsInfiniteQueryKey({ query }),
    queryFn: async ({ pageParam, signal }) => {
      const from = { ...query, after: pageParam }
      const { data } = await listRefunds({ query: from, signal, throwOnError: true })
      return data
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
  })
}

interface FinancePageProps {
  state: RefundState
  /** The figure that is explained at the side. */
  explained: FinanceFigure | undefined
  onExplain: (figure: FinanceFigure | undefined) => void
}

/** Finance's day: what went back, what is under way, and what somebody must do. */
export function FinancePage({ state, explained, onExplain }: FinancePageProps) {
  const day = useQuery(readFinanceDayOptions())
  const query = useInfiniteQuery(refundsIn(state))
  const refunds = query.data?.pages.flatMap((page) => page.refunds)
  const [settling, setSettling] = useState<RefundRecord>()
  if (day.isError && !day.data) {
    return (
      <Page title="Finance" heading="Finance">
        <ErrorState failure={asProblem(day.error)} onRetry={() => void day.refetch()} />
      </Page>
    )
  }
  return (
    <Page
      title="Finance"
      heading="Finance"
      actions={
        <>
          <HelpLink topic="finance" />
          <Link to="/admin/finance/disputes" className="text-link">
            Disputes{' '}
            {day.data ? (
              <span className="count">{formatCount(day.data.disputesToAnswer.count)}</span>
            ) : null}
          </Link>
          <Link to="/admin/finance/differences" className="text-link">
            Differences{' '}
            {day.data ? <span className="count">{formatCount(day.data.differences)}</span> : null}
          </Link>
        </>
      }
    >
      <Day day={day.data} onExplain={onExplain} />
      <nav className="tabs" aria-label="Refunds by state">
        {states.map(([one, label]) => (
          <Link
            key={one}
            to="/admin/finance"
            search={one === 'requires_action' ? {} : { state: one }}
            className="tab"
            aria-current={one === state ? 'page' : undefined}
            resetScroll={false}
          >
            {label}
          </Link>
        ))}
      </nav>
      <div className="card">
        {query.isError && !refunds ? (
          <ErrorState failure={asProblem(query.error)} onRetry={() => void query.refetch()} />
        ) : (
          <RefundList
            refunds={refunds}
            empty={states.find(([one]) => one === state)?.[2] ?? ''}
            extra={(refund) => <Whose refund={refund} onSettle={() => setSettling(refund)} />}
          />
        )}
        <LoadMore query={query} what="refunds" />
      </div>
      <Suspense fallback={null}>
        {explained ? (
          <ExplainFinance key={explained} figure={explained} onClose={() => onExplain(undefined)} />
        ) : null}
        {settling ? (
          <SettleDialog refund={settling} onClose={() => setSettling(undefined)} />
        ) : null}
      </Suspense>
    </Page>
  )
}

function Whose({ refund, onSettle }: { refund: RefundRecord; onSettle: () => void }) {
  const waits = refund.status === 'requires_action' || refund.status === 'manual_review'
  return (
    <div className="row between">
      <Link
        to="/admin/customers/$customerId/money"
        params={{ customerId: refund.customerId }}
        className="text-link"
        dir="auto"
      >
        {refund.customerName}
      </Link>
      {waits ? <TransferActs refund={refund} onSettle={onSettle} /> : null}
    </div>
  )
}

/** Banks wait for nobody: this stands above the figures while there is something to answer. */
function Disputed({
  day: { disputed, disputesToAnswer: toAnswer },
  onExplain,
}: {
  day: FinanceDay
  onExplain: () => void
}) {
  return (
    <Callout tone={toAnswer.count > 0 ? 'warning' : 'info'}>
      <p>
        {toAnswer.count > 0
          ? `${plural(toAnswer.count, 'dispute waits', 'disputes wait')} for an answer at Stripe. `
          : ''}
        Banks hold{' '}
        <button type="button" className="text-link" aria-haspopup="dialog" onClick={onExplain}>
          <Money pence={disputed.amount} />
        </button>{' '}
        until they decide.{' '}
        <Link to="/admin/finance/disputes" className="text-link">
          Open the disputes
        </Link>
      </p>
    </Callout>
  )
}

function Day({
  day,
  onExplain,
}: {
  day: FinanceDay | undefined
  onExplain: (figure: FinanceFigure) => void
}) {
  const shown = (figure: (typeof strip)[number]) => {
    if (!day) return <Skeleton width={6} />
    return <Money pence={figure === 'credit_owed' ? day.creditOwed : day[sums[figure]].amount} />
  }
  return (
    <>
      <p className="muted">{day ? formatDate(day.day) : <Skeleton width={14} />}</p>
      {day && day.disputesToAnswer.count + day.disputed.count > 0 ? (
        <Disputed day={day} onExplain={() => onExplain('disputed')} />
      ) : null}
      <Stats count={8} label="Today">
        {strip.map((figure) => {
          const { label, definition } = financeFigures[figure]
          return (
            <Stat
              key={figure}
              label={label}
              definition={
                day && figure !== 'credit_owed'
                  ? `${definition} ${plural(day[sums[figure]].count, 'entry', 'entries')}.`
                  : definition
              }
              value={shown(figure)}
              onExplain={() => onExplain(figure)}
            />
          )
        })}
      </Stats>
    </>
  )
}

const sums = {
  refunded: 'refunded',
  credited: 'credited',
  under_way: 'underWay',
  requires_action: 'requiresAction',
  in_doubt: 'inDoubt',
  pending_approval: 'pendingApproval',
  failed: 'failed',
} as const

const strip = [
  'refunded',
  'credited',
  'under_way',
  'requires_action',
  'in_doubt',
  'pending_approval',
  'failed',
  'credit_owed',
] as const

import { useInfiniteQuery, type QueryKey } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { CircleCheck } from 'lucide-react'
import type { ReactNode } from 'react'
import { asProblem, type Explained, type ExplainedEntry } from '../api'
import { formatCount, formatDateTime, formatMoney, humanise, plural } from '../ui/format'
import Sheet from '../ui/Sheet'
import { SkeletonLines } from '../ui/Skeleton'
import { Callout, ErrorState } from '../ui/states'
import { LoadMore } from './LoadMore'

interface ExplanationProps {
  label: string
  /** How it is counted, in a sentence or two. */
  definition: string
  onClose: () => void
  children: ReactNode
}

/** What a figure is, how fresh it is, and what it is made of: at the side of the page that shows it. */
export function Explanation({ label, definition, onClose, children }: ExplanationProps) {
  return (
    <Sheet title={label} onClose={onClose}>
      <div className="stack">
        <p>{definition}</p>
        {children}
      </div>
    </Sheet>
  )
}

/** Figures are kept with every change, so there is nothing older to be seen than the answer itself. */
export function Freshness({ at }: { at: string }) {
  return (
    <p className="subtle small">
      Exact as of <time dateTime={at}>{formatDateTime(at)}</time>. It changes in the same moment as
      what it is made of.
    </p>
  )
}

interface ExplainedFigureProps extends Omit<ExplanationProps, 'children'> {
  /** In pounds, a number of things, or when something was. */
  unit: keyof typeof inUnit
  queryKey: QueryKey
  read: (after: string | undefined, signal: AbortSignal) => Promise<Explained>
}

const inUnit = {
  money: formatMoney,
  count: formatCount,
  instant: (microseconds: number) =>
    microseconds === 0 ? 'Never' : formatDateTime(new Date(microseconds / 1000).toISOString()),
}

/** A figure with every row that it sums, each of which leads to where it is. */
export function ExplainedFigure({ unit, queryKey, read, ...rest }: ExplainedFigureProps) {
  const query = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam, signal }) => read(pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
  })
  const format = inUnit[unit]
  const first = query.data?.pages[0]
  return (
    <Explanation {...rest}>
      {first ? (
        <>
          <p className="explained-value money">{format(first.value)}</p>
          <Freshness at={first.asOf} />
          <Proof told={first} format={format} isInstant={unit === 'instant'} />
          <Entries
            entries={query.data?.pages.flatMap(({ entries }) => entries) ?? []}
            format={unit === 'money' ? format : undefined}
          />
          <LoadMore query={query} what="entries" />
        </>
      ) : query.isError ? (
        <ErrorState failure={asProblem(query.error)} onRetry={() => void query.refetch()} />
      ) : (
        <SkeletonLines lines={8} />
      )}
    </Explanation>
  )
}

interface ProofProps {
  told: Explained
  format: (value: number) => string
  isInstant: boolean
}

function Proof({ told, format, isInstant }: ProofProps) {
  const { value, sum, count } = told
  if (value !== sum) {
    return (
      <Callout tone="error">
        <p>
          The figure is {format(value)}, but its {plural(count, 'entry', 'entries')} add up to{' '}
          {format(sum)}. Something is wrong with the figure: tell whoever runs the hub, and trust
          the entries until then.
        </p>
      </Callout>
    )
  }
  return (
    <p className="row tight">
      <CircleCheck size={16} className="explained-proof" aria-hidden="true" />
      {count === 0
        ? 'Nothing counts into it.'
        : isInstant
          ? 'It is the time of the entry below.'
          : `${plural(count, 'entry', 'entries')} ${count === 1 ? 'adds' : 'add'} up to ${format(sum)}.`}
    </p>
  )
}

interface EntriesProps {
  entries: readonly ExplainedEntry[]
  /** Without it every entry counts one. */
  format: ((value: number) => string) | undefined
}

function Entries({ entries, format }: EntriesProps) {
  if (entries.length === 0) return null
  return (
    <ul className="explained-entries" aria-label="Entries">
      {entries.map((entry) => (
        <li key={entry.id}>
          <div className="row between">
            <EntryLink entry={entry} />
            {format ? <span className="money">{format(entry.amount)}</span> : null}
          </div>
          <p className="subtle small">
            {[formatDateTime(entry.at), entry.detail && inWords(entry.detail)]
              .filter(Boolean)
              .join(' · ')}
          </p>
          {entry.customerName ? (
            <p className="small" dir="auto">
              {entry.customerName}
            </p>
          ) : null}
        </li>
      ))}
    </ul>
  )
}

/** States and reasons come as the server keeps them. */
function inWords(detail: string): string {
  return /^[A-Za-z]+(_[A-Za-z]+)*$/.test(detail) ? humanise(detail) : detail
}

const tabs = {
  booking: '/admin/customers/$customerId/bookings',
  payment: '/admin/customers/$customerId/money',
  refund: '/admin/customers/$customerId/money',
  credit: '/admin/customers/$customerId/money',
  dispute: '/admin/customers/$customerId/money',
  ticket: '/admin/customers/$customerId/tickets',
  address: '/admin/customers/$customerId/addresses',
  contact: '/admin/customers/$customerId/addresses',
} as const

function EntryLink({
  entry: { id, kind, label, customerId, bookingId },
}: {
  entry: ExplainedEntry
}) {
  const search = kind === 'ticket' ? { ticket: id } : bookingId ? { booking: bookingId } : {}
  return (
    <Link to={tabs[kind]} params={{ customerId }} search={search} className="text-link" dir="auto">
      {label}
    </Link>
  )
}

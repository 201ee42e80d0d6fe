import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import {
  Archive,
  CirclePlus,
  CreditCard,
  Flag,
  History,
  LifeBuoy,
  MapPin,
  Pencil,
  StickyNote,
  Truck,
  UserRound,
  type LucideIcon,
} from 'lucide-react'
import type { ReactNode } from 'react'
import {
  asProblem,
  readCustomerTimeline,
  readCustomerTimelineInfiniteQueryKey,
  readCustomerTimelineOptions,
  type TimelineEntry,
} from '../../../api'
import { LoadMore } from '../../../components/LoadMore'
import { RelativeTime } from '../../../ui/RelativeTime'
import { Section } from '../../../ui/Section'
import { SkeletonLines } from '../../../ui/Skeleton'
import { EmptyState, ErrorState } from '../../../ui/states'

const LATEST = 5

export function TimelineTab({ customerId }: { customerId: string }) {
  const timeline = useInfiniteQuery({
    queryKey: readCustomerTimelineInfiniteQueryKey({ path: { id: customerId } }),
    queryFn: async ({ pageParam, signal }) => {
      const { data } = await readCustomerTimeline({
        path: { id: customerId },
        query: { after: pageParam },
        signal,
        throwOnError: true,
      })
      return data
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
  })
  const entries = timeline.data?.pages.flatMap((page) => page.entries)
  return (
    <Section title="Timeline" flush>
      {timeline.isError && !entries ? (
        <ErrorState failure={asProblem(timeline.error)} onRetry={() => void timeline.refetch()} />
      ) : (
        <Entries entries={entries} />
      )}
      <LoadMore query={timeline} what="entries" />
    </Section>
  )
}

export function LatestTimeline({ customerId }: { customerId: string }) {
  const { data } = useQuery(
    readCustomerTimelineOptions({ path: { id: customerId }, query: { limit: LATEST } }),
  )
  return <Entries entries={data?.entries} />
}

function Entries({ entries }: { entries: readonly TimelineEntry[] | undefined }) {
  if (!entries) {
    return (
      <div className="section-body">
        <SkeletonLines lines={LATEST} />
      </div>
    )
  }
  if (entries.length === 0) {
    return (
      <EmptyState icon={History} title="Nothing has happened yet">
        Bookings, tickets, payments and every change appear here as they happen.
      </EmptyState>
    )
  }
  return (
    <ol className="timeline">
      {entries.map((entry) => (
        <Entry key={entry.id} entry={entry} />
      ))}
    </ol>
  )
}

function Entry({ entry }: { entry: TimelineEntry }) {
  const { subjectType, subjectId } = entry
  const request = subjectType === 'data_request' && subjectId ? subjectId : undefined
  const opens = subjectType === 'booking' || subjectType === 'ticket' ? subjectType : undefined
  const title =
    opens && subjectId ? (
      <Link to="." search={{ [opens]: subjectId }} className="text-link" resetScroll={false}>
        {entry.summary}
      </Link>
    ) : request ? (
      <Link
        to="/admin/data-requests/$requestId"
        params={{ requestId: request }}
        className="text-link"
      >
        {entry.summary}
      </Link>
    ) : (
      entry.summary
    )
  return (
    <li>
      <span className="timeline-icon">{iconOf(entry.action)}</span>
      <div>
        <p>{title}</p>
        {entry.actorName ? <p className="subtle small">by {entry.actorName}</p> : null}
      </div>
      <RelativeTime at={entry.at} />
    </li>
  )
}

const icons: readonly (readonly [RegExp, LucideIcon])[] = [
  [/^booking/, Truck],
  [/^(payment|refund|credit)/, CreditCard],
  [/^ticket/, LifeBuoy],
  [/^note/, StickyNote],
  [/^flag/, Flag],
  [/^address/, MapPin],
  [/^contact/, UserRound],
  [/archived|restored/, Archive],
  [/created|joined/, CirclePlus],
]

function iconOf(action: string): ReactNode {
  const Icon = icons.find(([pattern]) => pattern.test(action))?.[1] ?? Pencil
  return <Icon size={14} aria-hidden="true" />
}

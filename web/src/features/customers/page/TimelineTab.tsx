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
import {
  asProblem,
  listTimelineInfiniteOptions,
  listTimelineOptions,
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
    ...listTimelineInfiniteOptions({ path: { id: customerId } }),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
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
  const { data } = useQuery(listTimelineOptions({ path: { id: customerId } }))
  return <Entries entries={data?.entries.slice(0, LATEST)} />
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
  const Icon = iconOf(entry.kind)
  const { bookingId, ticketId } = entry
  const title =
    bookingId || ticketId ? (
      <Link
        to="."
        search={bookingId ? { booking: bookingId } : { ticket: ticketId ?? undefined }}
        className="text-link"
        resetScroll={false}
      >
        {entry.title}
      </Link>
    ) : (
      entry.title
    )
  return (
    <li>
      <span className="timeline-icon">
        <Icon size={14} aria-hidden="true" />
      </span>
      <div>
        <p>{title}</p>
        <p className="subtle small">
          {[entry.detail, entry.actorName && `by ${entry.actorName}`].filter(Boolean).join(' · ')}
        </p>
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

function iconOf(kind: string): LucideIcon {
  return icons.find(([pattern]) => pattern.test(kind))?.[1] ?? Pencil
}

import { Button } from '@chakra-ui/react'
import { infiniteQueryOptions, useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Download, Eye, LogIn, PencilLine, ScrollText } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { asProblem, listEvents, listEventsQueryKey, type AuditEvent } from '../../api'
import { LoadMore } from '../../components/LoadMore'
import { HelpLink } from '../../components/HelpLink'
import { Page } from '../../components/Page'
import { roleInWords, useBlocked } from '../../components/permissions'
import { QueryTable, type Column } from '../../components/QueryTable'
import { toastDone, toastProblem } from '../../components/toast'
import { ActButton } from '../../ui/ActButton'
import { Badge, type Tone } from '../../ui/Badge'
import { formatDateTime, plural } from '../../ui/format'
import { ROW_TARGET } from '../../ui/row-keys'
import { EmptyState, ErrorState } from '../../ui/states'
import { AuditFilters } from './AuditFilters'
import { downloadEvents } from './export'
import { actionInWords, kindsInWords, toQuery, type AuditSearch } from './filter'
import { TrailCard } from './TrailCard'

const EventPanel = lazy(() => import('./EventPanel'))

export interface AuditPageProps {
  search: AuditSearch
  onSearch: (search: AuditSearch) => void
}

function events(search: AuditSearch) {
  const query = toQuery(search)
  return infiniteQueryOptions({
    queryKey: [...listEventsQueryKey({ query }), 'pages'] as const,
    queryFn: async ({ pageParam, signal }) => {
      const from = { ...query, after: pageParam }
      const { data } = await listEvents({ query: from, signal, throwOnError: true })
      return data
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
  })
}

export function AuditPage({ search, onSearch }: AuditPageProps) {
  const query = useInfiniteQuery({ ...events(search), placeholderData: (before) => before })
  const rows = query.data?.pages.flatMap((page) => page.events)
  const close = () => onSearch({ ...search, event: undefined })

  return (
    <Page
      title="Audit"
      heading="Audit"
      actions={
        <>
          <HelpLink topic="audit" />
          <ExportButton search={search} />
        </>
      }
    >
      <TrailCard />
      <div className="card">
        <AuditFilters search={search} onSearch={onSearch} />
        {query.isError && !rows ? (
          <ErrorState failure={asProblem(query.error)} onRetry={() => void query.refetch()} />
        ) : rows?.length === 0 ? (
          <EmptyState
            icon={ScrollText}
            title="Nothing of this kind has happened"
            actions={
              <Button size="sm" variant="outline" onClick={() => onSearch({})}>
                Clear filters
              </Button>
            }
          >
            The trail holds every change, every read of personal data and every sign-in. No event
            fits this filter.
          </EmptyState>
        ) : (
          <QueryTable
            label="Events"
            columns={columns}
            rows={rows}
            rowKey={({ id }) => id}
            card={(event) => <EventCard event={event} />}
            stale={query.isPlaceholderData}
            skeletonRows={20}
            density="compact"
            stickyHead
          />
        )}
        <LoadMore query={query} what="events" />
      </div>
      <Suspense fallback={null}>
        {search.event ? <EventPanel eventId={search.event} onClose={close} /> : null}
      </Suspense>
    </Page>
  )
}

function ExportButton({ search }: { search: AuditSearch }) {
  const blocked = useBlocked()
  const [exporting, setExporting] = useState(false)
  const save = async () => {
    setExporting(true)
    try {
      const count = await downloadEvents(search)
      toastDone(`Exported ${plural(count, 'event')}`)
    } catch (error) {
      toastProblem(error)
    } finally {
      setExporting(false)
    }
  }
  return (
    <ActButton
      size="sm"
      variant="outline"
      blocked={blocked('audit.export')}
      loading={exporting}
      onClick={() => void save()}
    >
      <Download aria-hidden="true" />
      Export
    </ActButton>
  )
}

const kindLooks: Record<AuditEvent['kind'], { tone: Tone; icon: typeof Eye }> = {
  change: { tone: 'accent', icon: PencilLine },
  access: { tone: 'gray', icon: Eye },
  sign_in: { tone: 'violet', icon: LogIn },
}

function Kind({ kind }: { kind: AuditEvent['kind'] }) {
  const { tone, icon } = kindLooks[kind]
  return (
    <Badge tone={tone} icon={icon}>
      {kindsInWords[kind]}
    </Badge>
  )
}

const columns: Column<AuditEvent>[] = [
  { id: 'at', header: 'When', className: 'nowrap', cell: ({ at }) => formatDateTime(at) },
  { id: 'who', header: 'Who', className: 'nowrap', cell: (event) => <Who event={event} /> },
  {
    id: 'kind',
    header: 'Kind',
    className: 'from-desktop',
    cell: ({ kind }) => <Kind kind={kind} />,
  },
  { id: 'what', header: 'What', cell: (event) => <What event={event} /> },
  { id: 'whom', header: 'Customer', cell: (event) => <Whom event={event} /> },
  { id: 'ip', header: 'Address', className: 'nowrap from-wide', cell: ({ ip }) => ip ?? '' },
]

function Who({ event }: { event: AuditEvent }) {
  if (event.actorKind !== 'staff') {
    return (
      <span className="subtle">
        {event.actorKind === 'system' ? 'The system' : 'Not signed in'}
      </span>
    )
  }
  return (
    <span>
      {event.staffName ?? 'Somebody'}
      {event.viaKey ? <span className="subtle small"> via the key {event.viaKey}</span> : null}
      {event.role ? <span className="subtle small"> {roleInWords(event.role)}</span> : null}
    </span>
  )
}

function What({ event }: { event: AuditEvent }) {
  return (
    <span>
      <Link
        to="."
        search={(before) => ({ ...before, event: event.id })}
        className="row-link"
        resetScroll={false}
        {...ROW_TARGET}
      >
        {actionInWords(event.action)}
      </Link>
      {event.itemCount === undefined || event.itemCount === null ? null : (
        <span className="subtle small"> {plural(event.itemCount, 'record')}</span>
      )}
    </span>
  )
}

function Whom({ event: { customerId, customerName } }: { event: AuditEvent }) {
  if (!customerId) return null
  return (
    <Link
      to="/admin/customers/$customerId"
      params={{ customerId }}
      className="text-link"
      dir="auto"
    >
      {customerName ?? 'Customer'}
    </Link>
  )
}

function EventCard({ event }: { event: AuditEvent }) {
  return (
    <>
      <div className="row between">
        <What event={event} />
        <Kind kind={event.kind} />
      </div>
      <div className="row tight muted small">
        <Who event={event} />
        <Whom event={event} />
        <span>{formatDateTime(event.at)}</span>
        <span>{event.ip}</span>
      </div>
    </>
  )
}

import {
  infiniteQueryOptions,
  keepPreviousData,
  useInfiniteQuery,
  useQueryClient,
} from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ArchiveRestore, ArchiveX } from 'lucide-react'
import { lazy, Suspense, type ReactNode } from 'react'
import { asProblem, listTrash, listTrashInfiniteQueryKey, type Archived } from '../../../api'
import { useGatheredHints } from '../../../components/live'
import { LoadMore } from '../../../components/LoadMore'
import { HelpLink } from '../../../components/HelpLink'
import { Page } from '../../../components/Page'
import { QueryTable, type Column } from '../../../components/QueryTable'
import { useWatchedRuns } from '../../../components/watched-runs'
import { ActButton } from '../../../ui/ActButton'
import { Avatar } from '../../../ui/Avatar'
import { formatCount, plural } from '../../../ui/format'
import { RelativeTime } from '../../../ui/RelativeTime'
import { pickFocusedRow, ROW_TARGET } from '../../../ui/row-keys'
import { useSingleKey } from '../../../ui/single-key'
import { EmptyState, ErrorState } from '../../../ui/states'
import { restore } from '../archive'
import { SearchField } from '../list/FilterBar'
import { usePicks } from '../list/picks'

const BulkBar = lazy(() => import('../list/bulk/BulkBar'))
const RunStrips = lazy(() => import('../../../components/RunStrip'))

const trash = (search: string | undefined) =>
  infiniteQueryOptions({
    queryKey: listTrashInfiniteQueryKey({ query: { search } }),
    queryFn: async ({ pageParam, signal }) => {
      const query = { search, after: pageParam }
      const { data } = await listTrash({ query, signal, throwOnError: true })
      return data
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
  })

interface TrashPageProps {
  search: string | undefined
  onSearch: (search: string | undefined) => void
}

/** Who is archived: since when, by whom, and why; and the way back. */
export function TrashPage({ search, onSearch }: TrashPageProps) {
  const queryClient = useQueryClient()
  const query = useInfiniteQuery({ ...trash(search), placeholderData: keepPreviousData })
  const rows = query.data?.pages.flatMap((page) => page.customers)
  const total = query.data?.pages[0]?.total
  const watched = useWatchedRuns()
  const picks = usePicks({ status: 'archived', search }, rows && { rows, total: total ?? 0 })
  useSingleKey('x', () => pickFocusedRow(false))
  useSingleKey('X', () => pickFocusedRow(true))
  useGatheredHints(['customer', 'resync'], () => {
    const queryKey = listTrashInfiniteQueryKey({ query: { search } })
    void queryClient.invalidateQueries({ queryKey })
  })

  const bringBack = (row: Archived) => (
    <ActButton
      size="xs"
      variant="outline"
      aria-label={`Restore ${row.name}`}
      blocked={row.restore.allowed ? undefined : (row.restore.reason ?? '')}
      onClick={() => void restore(queryClient, row, { undo: true })}
    >
      <ArchiveRestore aria-hidden="true" />
      Restore
    </ActButton>
  )

  return (
    <Page
      title="Trash"
      actions={<HelpLink topic="the trash" />}
      heading={
        <>
          Trash
          {total === undefined ? null : <span className="count">{formatCount(total)}</span>}
        </>
      }
    >
      <p className="muted">
        Archived customers. Nothing is deleted: everything that belongs to them is kept, and they
        can be restored at any time.
      </p>
      <Suspense fallback={null}>{watched.length > 0 ? <RunStrips /> : null}</Suspense>
      <div className="card">
        <div className="filter-bar" role="search" aria-label="Search the trash">
          <SearchField
            value={search ?? ''}
            placeholder="Search the trash"
            onChange={(text) => onSearch(text || undefined)}
          />
        </div>
        <p role="status" className="visually-hidden">
          {total === undefined || query.isPlaceholderData
            ? ''
            : `${plural(total, 'customer')} found`}
        </p>
        {query.isError && !rows ? (
          <ErrorState failure={asProblem(query.error)} onRetry={() => void query.refetch()} />
        ) : rows?.length === 0 ? (
          <EmptyState
            icon={ArchiveX}
            title={search === undefined ? 'Nobody is archived' : 'Nobody in the trash matches'}
          >
            {search === undefined
              ? 'Customers who are archived are kept here, until somebody restores them.'
              : 'Look for another name, address or number.'}
          </EmptyState>
        ) : (
          <QueryTable
            label="Archived customers"
            columns={columns(bringBack)}
            rows={rows}
            rowKey={({ id }) => id}
            card={(row) => (
              <>
                <Person row={row} />
                <span className="muted">
                  <How row={row} />
                </span>
                <Why row={row} />
                <div className="row tight">{bringBack(row)}</div>
              </>
            )}
            stale={query.isPlaceholderData}
            picking={picks.picking}
          />
        )}
        <LoadMore query={query} what="customers" />
        <Suspense fallback={null}>
          {picks.count > 0 && total !== undefined ? (
            <BulkBar
              count={picks.count}
              all={picks.all}
              total={total}
              choice={picks.choice}
              archived
              onAll={picks.pickAll}
              onClear={picks.clear}
            />
          ) : null}
        </Suspense>
      </div>
    </Page>
  )
}

function columns(bringBack: (row: Archived) => ReactNode): Column<Archived>[] {
  return [
    { id: 'name', header: 'Customer', className: 'wide', cell: (row) => <Person row={row} /> },
    { id: 'how', header: 'Archived', className: 'words', cell: (row) => <How row={row} /> },
    { id: 'why', header: 'Why', className: 'words', cell: (row) => <Why row={row} /> },
    {
      id: 'restore',
      header: <span className="visually-hidden">Restore</span>,
      className: 'narrow',
      cell: bringBack,
    },
  ]
}

function Person({ row }: { row: Archived }) {
  return (
    <div className="person">
      <Avatar name={row.name} />
      <div className="person-text">
        <Link
          to="/admin/customers/$customerId"
          params={{ customerId: row.id }}
          className="row-link truncate"
          title={row.name}
          dir="auto"
          {...ROW_TARGET}
        >
          {row.name}
        </Link>
        <span className="subtle small truncate" title={row.email ?? undefined}>
          {row.email ?? 'No e-mail'}
        </span>
      </div>
    </div>
  )
}

function How({ row }: { row: Archived }) {
  return (
    <>
      {row.archivedAt ? <RelativeTime at={row.archivedAt} /> : null}
      {row.archivedByName ? (
        <>
          {' '}
          by <bdi>{row.archivedByName}</bdi>
        </>
      ) : null}
    </>
  )
}

function Why({ row }: { row: Archived }) {
  return (
    <span className="badge-stack">
      <span dir="auto">{row.archiveReason ?? <span className="subtle">No reason given</span>}</span>
      {row.bulkRunId ? (
        <Link to="/admin/bulk-runs" search={{ run: row.bulkRunId }} className="text-link small">
          With others
        </Link>
      ) : null}
    </span>
  )
}

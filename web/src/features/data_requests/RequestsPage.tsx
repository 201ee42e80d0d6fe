import { Button, NativeSelect } from '@chakra-ui/react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { FileLock2, Plus } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { asProblem, type DataRequestKind } from '../../api'
import { LoadMore } from '../../components/LoadMore'
import { HelpLink } from '../../components/HelpLink'
import { Page } from '../../components/Page'
import { useBlocked } from '../../components/permissions'
import { ActButton } from '../../ui/ActButton'
import { formatCount, formatShortDate } from '../../ui/format'
import { Callout, EmptyState, ErrorState } from '../../ui/states'
import { requestPages } from './queries'
import { RequestTable } from './RequestTable'
import { keysOf, kinds } from './words'

const NewRequestDialog = lazy(() => import('./dialogs/NewRequestDialog'))

const shows = ['open', 'due', 'overdue', 'closed'] as const
type Show = (typeof shows)[number]

/** As in the address; what makes no sense there is left out. */
export interface RequestsSearch {
  show?: string | undefined
  kind?: string | undefined
}

const showWords: Record<Show, string> = {
  open: 'Open',
  due: 'Due within 7 days',
  overdue: 'Overdue',
  closed: 'Answered',
}

interface RequestsPageProps {
  search: RequestsSearch
  onSearch: (search: RequestsSearch) => void
  onOpen: (id: string) => void
}

/** What people ask about their data, first what is due first. */
export function RequestsPage({ search, onSearch, onOpen }: RequestsPageProps) {
  const show = shows.find((one) => one === search.show) ?? 'open'
  const kind = keysOf<DataRequestKind>(kinds).find((one) => one === search.kind)
  const query = useInfiniteQuery(requestPages({ show, ...(kind ? { kind } : {}) }))
  const blocked = useBlocked()('data_request.handle')
  const [adding, setAdding] = useState(false)
  const rows = query.data?.pages.flatMap((page) => page.requests)
  const last = query.data?.pages.at(-1)
  const add = (
    <ActButton size="sm" colorPalette="accent" blocked={blocked} onClick={() => setAdding(true)}>
      <Plus aria-hidden="true" />
      New request
    </ActButton>
  )
  return (
    <Page
      title="Data requests"
      heading="Data requests"
      actions={
        <>
          <HelpLink topic="data requests" />
          {add}
        </>
      }
    >
      {last?.holidaysEndSoon ? (
        <Callout tone="warning">
          The table of bank holidays ends on {formatShortDate(last.holidaysUntil)}. Due dates after
          that know only weekends, until the next year is added.
        </Callout>
      ) : null}
      <nav className="tabs" aria-label="Data requests">
        {shows.map((one) => (
          <Link
            key={one}
            to="/admin/data-requests"
            search={{ ...(one === 'open' ? {} : { show: one }), ...(kind ? { kind } : {}) }}
            className="tab"
            aria-current={one === show ? 'page' : undefined}
          >
            {showWords[one]}
            {one !== 'closed' && last?.counts[one] ? (
              <span className="count">{formatCount(last.counts[one])}</span>
            ) : null}
          </Link>
        ))}
      </nav>
      <div className="filter-bar" role="search" aria-label="Filter data requests">
        <NativeSelect.Root size="sm" width={{ base: 'full', md: 'auto' }} minWidth="36">
          <NativeSelect.Field
            aria-label="Kind"
            value={kind ?? ''}
            onChange={({ target }) => onSearch({ ...search, kind: target.value || undefined })}
          >
            <option value="">Any kind</option>
            {keysOf(kinds).map((one) => (
              <option key={one} value={one}>
                {kinds[one]}
              </option>
            ))}
          </NativeSelect.Field>
          <NativeSelect.Indicator />
        </NativeSelect.Root>
        {kind ? (
          <Button
            size="xs"
            variant="ghost"
            onClick={() => onSearch({ ...search, kind: undefined })}
          >
            Clear all
          </Button>
        ) : null}
      </div>
      <div className="card">
        {query.isError && !rows ? (
          <ErrorState failure={asProblem(query.error)} onRetry={() => void query.refetch()} />
        ) : rows?.length === 0 ? (
          <EmptyState icon={FileLock2} title={kind ? 'No such request here' : emptyTitles[show]}>
            Anybody may ask what we hold about them, to have it corrected, handed over or erased, in
            any words and by any way. Write down each request on the day it comes: the law gives one
            month from then.
          </EmptyState>
        ) : (
          <RequestTable label="Data requests" rows={rows} />
        )}
        <LoadMore query={query} what="requests" />
      </div>
      <Suspense fallback={null}>
        {adding ? <NewRequestDialog onClose={() => setAdding(false)} onCreated={onOpen} /> : null}
      </Suspense>
    </Page>
  )
}

const emptyTitles: Record<Show, string> = {
  open: 'No open data requests',
  due: 'Nothing is due within 7 days',
  overdue: 'Nothing is overdue',
  closed: 'No data request is answered yet',
}

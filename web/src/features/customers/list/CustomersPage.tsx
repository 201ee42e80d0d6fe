import { Button } from '@chakra-ui/react'
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Copy, Download, Eye, Package, Pencil, Plus, RotateCw, Settings2 } from 'lucide-react'
import { lazy, Suspense, useEffect, useState } from 'react'
import {
  asProblem,
  listCustomersOptions,
  type Customer,
  type CustomerList,
  type ListLayout,
} from '../../../api'
import { useCommands } from '../../../components/commands'
import { Page } from '../../../components/Page'
import { Pager } from '../../../components/Pager'
import { useMe } from '../../../components/me'
import { useBlocked } from '../../../components/permissions'
import { QueryTable } from '../../../components/QueryTable'
import { toastDone, toastProblem } from '../../../components/toast'
import { useWatchedRuns } from '../../../components/watched-runs'
import { ActButton } from '../../../ui/ActButton'
import { formatCount, plural } from '../../../ui/format'
import { MenuButton, useSharedMenu, type MenuAct } from '../../../ui/menu'
import { pickFocusedRow } from '../../../ui/row-keys'
import { useSingleKey } from '../../../ui/single-key'
import { ErrorState } from '../../../ui/states'
import { columns, CustomerCard, optionalColumns } from './columns'
import { isSort, PAGE_SIZE, toQuery, type CustomerListSearch } from './filter'
import { FilterBar } from './FilterBar'
import { KpiStrip } from './KpiStrip'
import { usePicks, type Picks } from './picks'
import { useQuietRefresh } from './quiet-refresh'
import { useView } from './view'
import { rememberWalk, useReturn } from './walk'

const NoRows = lazy(() => import('./NoRows'))
const BulkBar = lazy(() => import('./bulk/BulkBar'))
const RunStrips = lazy(() => import('../../../components/RunStrip'))
const SavedViews = lazy(() => import('./saved/SavedViews'))
const loadDialog = () => import('../dialogs/CustomerDialog')
const CreateCustomer = lazy(async () => ({ default: (await loadDialog()).CreateCustomer }))
const EditCustomer = lazy(async () => ({ default: (await loadDialog()).EditCustomer }))

interface CustomersPageProps {
  search: CustomerListSearch
  onSearch: (search: CustomerListSearch, how?: { replace: boolean }) => void
}

export function CustomersPage({ search, onSearch }: CustomersPageProps) {
  const [dialog, setDialog] = useState<'new' | Customer>()
  const list = useQuery({
    ...listCustomersOptions({ query: toQuery(search) }),
    placeholderData: keepPreviousData,
  })
  const { data } = list
  const picks = usePicks(search, data && { rows: data.customers, total: data.pagination.total })
  const watched = useWatchedRuns()
  useReturn(data)
  useEffect(() => {
    if (data && !list.isPlaceholderData) rememberWalk(search, data)
  }, [search, data, list.isPlaceholderData])

  return (
    <Page
      title="Customers"
      heading={
        <>
          Customers
          {data ? <span className="count">{formatCount(data.pagination.total)}</span> : null}
        </>
      }
      actions={<PageActs search={search} onNew={() => setDialog('new')} />}
    >
      <KpiStrip kpis={data?.kpis} search={search} onSearch={onSearch} />
      <Suspense fallback={null}>{watched.length > 0 ? <RunStrips /> : null}</Suspense>
      <div className="card">
        <nav className="views" aria-label="Views">
          <Suspense fallback={null}>
            <SavedViews search={search} onSearch={onSearch} />
          </Suspense>
        </nav>
        <FilterBar search={search} onSearch={onSearch} />
        <p role="status" className="visually-hidden">
          {data && !list.isPlaceholderData
            ? `${plural(data.pagination.total, 'customer')} found`
            : ''}
        </p>
        {list.isError && !data ? (
          <ErrorState failure={asProblem(list.error)} onRetry={() => void list.refetch()} />
        ) : (
          <Rows
            search={search}
            onSearch={onSearch}
            list={data}
            stale={list.isPlaceholderData}
            picks={picks}
            onEdit={setDialog}
            onNew={() => setDialog('new')}
          />
        )}
        <Suspense fallback={null}>
          {picks.count > 0 && data ? (
            <BulkBar
              count={picks.count}
              all={picks.all}
              total={data.pagination.total}
              choice={picks.choice}
              archived={search.status === 'archived'}
              onAll={picks.pickAll}
              onClear={picks.clear}
            />
          ) : null}
        </Suspense>
      </div>
      <Suspense fallback={null}>
        {dialog === 'new' ? <CreateCustomer onClose={() => setDialog(undefined)} /> : null}
        {dialog !== undefined && dialog !== 'new' ? (
          <EditCustomer customer={dialog} onClose={() => setDialog(undefined)} />
        ) : null}
      </Suspense>
    </Page>
  )
}

interface PageActsProps {
  search: CustomerListSearch
  onNew: () => void
}

function PageActs({ search, onNew }: PageActsProps) {
  const blocked = useBlocked()
  const navigate = useNavigate()
  const mayMerge = useMe().permissions.includes('customer.merge')
  const queryClient = useQueryClient()
  const view = useView()
  const shared = useSharedMenu()
  const [exporting, setExporting] = useState(false)
  const download = async () => {
    if (exporting) return
    setExporting(true)
    try {
      const { downloadExport } = await import('./export')
      toastDone(`Exported ${plural(await downloadExport(search), 'customer')}`)
    } catch (error) {
      toastProblem(error)
    }
    setExporting(false)
  }
  const lay = async (layout: ListLayout) =>
    (await import('./change-view')).changeView(queryClient, layout)
  const viewActs = (): MenuAct[] => [
    {
      id: 'density',
      label: view.density === 'compact' ? 'Comfortable rows' : 'Compact rows',
      icon: Settings2,
      onSelect: () =>
        void lay({
          ...view,
          density: view.density === 'compact' ? 'normal' : 'compact',
        }),
    },
    ...optionalColumns.map(({ id, name }) => ({
      id,
      label: view.hidden.includes(id) ? `Show ${name}` : `Hide ${name}`,
      icon: Eye,
      onSelect: () =>
        void lay({
          ...view,
          hidden: view.hidden.includes(id)
            ? view.hidden.filter((one) => one !== id)
            : [...view.hidden, id],
        }),
    })),
  ]
  useCommands('On this list', () => [
    {
      id: 'new',
      label: 'New customer',
      icon: Plus,
      blocked: blocked('customer.create'),
      onSelect: onNew,
    },
    {
      id: 'export',
      label: 'Export what is shown',
      icon: Download,
      blocked: blocked('customer.export'),
      onSelect: () => void download(),
    },
    {
      id: 'duplicates',
      label: 'Find duplicates',
      icon: Copy,
      blocked: blocked('customer.merge'),
      onSelect: () => void navigate({ to: '/admin/duplicates' }),
    },
    ...viewActs(),
  ])
  return (
    <>
      <MenuButton
        label="Rows and columns"
        className="icon-button not-phone"
        shared={shared}
        acts={viewActs}
      >
        <Settings2 size={18} aria-hidden="true" />
      </MenuButton>
      {shared.menu}
      {mayMerge ? (
        <Link
          to="/admin/duplicates"
          className="icon-button"
          aria-label="Find duplicates"
          title="Find duplicates"
        >
          <Copy size={18} aria-hidden="true" />
        </Link>
      ) : null}
      <ActButton
        size="sm"
        variant="outline"
        blocked={blocked('customer.export')}
        aria-busy={exporting}
        onClick={() => void download()}
      >
        <Download aria-hidden="true" />
        {exporting ? 'Exporting…' : 'Export'}
      </ActButton>
      <ActButton
        size="sm"
        colorPalette="accent"
        blocked={blocked('customer.create')}
        onPointerEnter={() => void loadDialog()}
        onClick={onNew}
      >
        <Plus aria-hidden="true" />
        New customer
      </ActButton>
    </>
  )
}

interface RowsProps extends CustomersPageProps {
  list: CustomerList | undefined
  stale: boolean
  picks: Picks
  onEdit: (row: Customer) => void
  onNew: () => void
}

function Rows({ search, onSearch, list, stale, picks, onEdit, onNew }: RowsProps) {
  const navigate = useNavigate()
  const blocked = useBlocked()
  const view = useView()
  const shared = useSharedMenu()
  const { changes, refresh } = useQuietRefresh(search)
  useSingleKey('x', () => pickFocusedRow(false))
  useSingleKey('X', () => pickFocusedRow(true))

  if (list?.customers.length === 0) {
    return (
      <Suspense fallback={null}>
        <NoRows search={search} onSearch={onSearch} list={list} onNew={onNew} />
      </Suspense>
    )
  }

  const acts = (row: Customer): MenuAct[] => {
    const params = { customerId: row.id }
    return [
      {
        id: 'view',
        label: 'View',
        icon: Eye,
        onSelect: () => void navigate({ to: '/admin/customers/$customerId', params }),
      },
      {
        id: 'edit',
        label: 'Edit',
        icon: Pencil,
        blocked: blocked('customer.update', {
          allowed: !row.archivedAt,
          reason: 'Archived customers cannot be edited. Restore this one first.',
        }),
        onSelect: () => onEdit(row),
      },
      {
        id: 'orders',
        label: 'Orders',
        icon: Package,
        onSelect: () => void navigate({ to: '/admin/customers/$customerId/bookings', params }),
      },
    ]
  }
  const menu = { shared, acts }

  return (
    <>
      <div role="status">
        {changes > 0 ? (
          <div className="change-bar">
            {plural(changes, 'change')} elsewhere
            <Button size="2xs" variant="outline" onClick={refresh}>
              <RotateCw aria-hidden="true" />
              Refresh
            </Button>
          </div>
        ) : null}
      </div>
      <QueryTable
        label="Customers"
        columns={columns(menu, view.hidden)}
        rows={list?.customers}
        rowKey={({ id }) => id}
        card={(row) => <CustomerCard row={row} menu={menu} />}
        stale={stale}
        skeletonRows={PAGE_SIZE}
        sort={{ by: search.sortBy ?? 'createdAt', order: search.sortOrder ?? 'desc' }}
        onSort={({ by, order }) => {
          if (isSort(by)) onSearch({ ...search, sortBy: by, sortOrder: order, page: undefined })
        }}
        density={view.density}
        stickyHead
        picking={picks.picking}
      />
      {shared.menu}
      {list ? (
        <Pager
          {...list.pagination}
          shown={list.customers.length}
          onPage={(page) => onSearch({ ...search, page: page === 1 ? undefined : page })}
        />
      ) : null}
    </>
  )
}

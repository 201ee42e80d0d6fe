import { Input } from '@chakra-ui/react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Eye } from 'lucide-react'
import type { ReactNode } from 'react'
import {
  asProblem,
  listLookersOptions,
  listLooksOptions,
  type LookDay,
  type LookedAt,
  type LookedThrough,
  type Looker,
  type StaffLooks,
} from '../../api'
import { Page } from '../../components/Page'
import { roleInWords } from '../../components/permissions'
import { QueryTable, type Column } from '../../components/QueryTable'
import { formatCount, formatDate, formatDateTime, plural } from '../../ui/format'
import { ROW_TARGET } from '../../ui/row-keys'
import { Section } from '../../ui/Section'
import { EmptyState, ErrorState } from '../../ui/states'
import { actionInWords, toPeriod, type LooksSearch } from './filter'

interface LooksProps {
  id: string
  search: LooksSearch
  onSearch: (search: LooksSearch) => void
}

/** Who looked at this customer, by person, day and role. */
export function CustomerLooksPage({ id, search, onSearch }: LooksProps) {
  const query = useQuery({
    ...listLookersOptions({ path: { id }, query: toPeriod(search) }),
    placeholderData: (before) => before,
  })
  const { people, days, customerName } = query.data ?? {}
  return (
    <Page title="Who looked" heading="Who looked">
      <p className="muted">
        Reads of the data of{' '}
        <Link
          to="/admin/customers/$customerId"
          params={{ customerId: id }}
          className="text-link"
          dir="auto"
        >
          {customerName ?? 'this customer'}
        </Link>
        . Lists and searches, which name nobody in particular, are not counted.
      </p>
      <Period search={search} onSearch={onSearch} looks={query.data?.looks} />
      <Report query={query}>
        {people?.length === 0 ? (
          <Nothing>Nobody looked at this customer’s data in this time.</Nothing>
        ) : (
          <>
            <Section title="People" flush>
              <QueryTable
                label="People who looked"
                columns={lookerColumns(id)}
                rows={people}
                rowKey={({ staffId }) => staffId ?? 'system'}
                card={(looker) => <LookerCard looker={looker} customerId={id} />}
                stale={query.isPlaceholderData}
              />
            </Section>
            <Days days={days} stale={query.isPlaceholderData} />
          </>
        )}
      </Report>
    </Page>
  )
}

/** Whom this staff member looked at, by customer, day and role. */
export function StaffLooksPage({ id, search, onSearch }: LooksProps) {
  const query = useQuery({
    ...listLooksOptions({ path: { id }, query: toPeriod(search) }),
    placeholderData: (before) => before,
  })
  const report = query.data
  const stale = query.isPlaceholderData
  return (
    <Page title="Looked at" heading="Looked at">
      <p className="muted">
        Customers whose data {report?.staffName ?? 'this staff member'} read one by one; lists,
        searches and exports are counted apart.{' '}
        <Link to="/admin/audit" search={{ staff: id, kind: 'access' }} className="text-link">
          All reads in the trail
        </Link>
      </p>
      <Period search={search} onSearch={onSearch} looks={report?.looks} />
      <Report query={query}>
        {report?.customers.length === 0 && report.lists.length === 0 ? (
          <Nothing>Nothing was read in this time.</Nothing>
        ) : (
          <>
            <Section title={customersTitle(report)} flush>
              <QueryTable
                label="Customers looked at"
                columns={customerColumns(id)}
                rows={report?.customers}
                rowKey={({ customerId }) => customerId}
                card={(looked) => <LookedAtCard looked={looked} staffId={id} />}
                stale={stale}
              />
            </Section>
            {report?.lists.length === 0 ? null : (
              <Section title="Lists, searches and exports" flush>
                <QueryTable
                  label="Lists, searches and exports"
                  columns={listColumns(id)}
                  rows={report?.lists}
                  rowKey={({ action }) => action}
                  card={(through) => <LookedThroughCard through={through} staffId={id} />}
                  stale={stale}
                  skeletonRows={3}
                />
              </Section>
            )}
            <Days days={report?.days} stale={stale} />
          </>
        )}
      </Report>
    </Page>
  )
}

function customersTitle(report: StaffLooks | undefined): string {
  if (!report || report.customerCount <= report.customers.length) return 'Customers'
  return `Customers: the first ${formatCount(report.customers.length)} of ${formatCount(report.customerCount)}`
}

function Period({
  search,
  onSearch,
  looks,
}: Omit<LooksProps, 'id'> & { looks: number | undefined }) {
  const day = (label: string, name: 'from' | 'to') => (
    <label className="inline-field">
      <span className="muted">{label}</span>
      <Input
        size="sm"
        type="date"
        width="36"
        value={search[name] ?? ''}
        onChange={(event) => onSearch({ ...search, [name]: event.target.value || undefined })}
      />
    </label>
  )
  return (
    <div className="filter-bar" role="search" aria-label="Period">
      {day('From', 'from')}
      {day('To', 'to')}
      <span className="muted" role="status">
        {looks === undefined
          ? ''
          : `${plural(looks, 'look')}${search.from || search.to ? '' : ' in the last 90 days'}`}
      </span>
    </div>
  )
}

interface ReportProps {
  query: { isError: boolean; data: unknown; error: unknown; refetch: () => unknown }
  children: ReactNode
}

function Report({ query, children }: ReportProps) {
  if (query.isError && !query.data) {
    return <ErrorState failure={asProblem(query.error)} onRetry={() => void query.refetch()} />
  }
  return children
}

function Nothing({ children }: { children: string }) {
  return (
    <div className="card">
      <EmptyState icon={Eye} title="No looks">
        {children}
      </EmptyState>
    </div>
  )
}

const roles = (names: readonly string[]) => names.map(roleInWords).join(', ')

function LookerName({ looker, customerId }: { looker: Looker; customerId: string }) {
  if (!looker.staffId) return <span className="subtle">The system</span>
  return (
    <Link
      to="/admin/audit"
      search={{ customer: customerId, kind: 'access', staff: looker.staffId }}
      className="text-link"
      {...ROW_TARGET}
    >
      {looker.staffName ?? 'Somebody'}
    </Link>
  )
}

function lookerColumns(customerId: string): Column<Looker>[] {
  return [
    {
      id: 'who',
      header: 'Who',
      cell: (looker) => <LookerName looker={looker} customerId={customerId} />,
    },
    { id: 'roles', header: 'Role then', cell: (looker) => roles(looker.roles) },
    { id: 'looks', header: 'Looks', className: 'number', cell: ({ looks }) => formatCount(looks) },
    ...times<Looker>(),
  ]
}

function times<Row extends { firstAt: string; lastAt: string }>(): Column<Row>[] {
  return [
    {
      id: 'first',
      header: 'First',
      className: 'nowrap from-desktop',
      cell: ({ firstAt }) => formatDateTime(firstAt),
    },
    {
      id: 'last',
      header: 'Last',
      className: 'nowrap',
      cell: ({ lastAt }) => formatDateTime(lastAt),
    },
  ]
}

function LookerCard({ looker, customerId }: { looker: Looker; customerId: string }) {
  return (
    <>
      <div className="row between">
        <LookerName looker={looker} customerId={customerId} />
        <span>{plural(looker.looks, 'look')}</span>
      </div>
      <div className="row tight muted small">
        <span>{roles(looker.roles)}</span>
        <span>last {formatDateTime(looker.lastAt)}</span>
      </div>
    </>
  )
}

function CustomerName({ looked, staffId }: { looked: LookedAt; staffId: string }) {
  return (
    <Link
      to="/admin/audit"
      search={{ customer: looked.customerId, kind: 'access', staff: staffId }}
      className="text-link"
      dir="auto"
      {...ROW_TARGET}
    >
      {looked.customerName ?? 'Customer'}
    </Link>
  )
}

function customerColumns(staffId: string): Column<LookedAt>[] {
  return [
    {
      id: 'whom',
      header: 'Customer',
      cell: (looked) => <CustomerName looked={looked} staffId={staffId} />,
    },
    { id: 'looks', header: 'Looks', className: 'number', cell: ({ looks }) => formatCount(looks) },
    ...times<LookedAt>(),
  ]
}

function LookedAtCard({ looked, staffId }: { looked: LookedAt; staffId: string }) {
  return (
    <>
      <div className="row between">
        <CustomerName looked={looked} staffId={staffId} />
        <span>{plural(looked.looks, 'look')}</span>
      </div>
      <span className="muted small">last {formatDateTime(looked.lastAt)}</span>
    </>
  )
}

function ListName({ through, staffId }: { through: LookedThrough; staffId: string }) {
  return (
    <Link
      to="/admin/audit"
      search={{ staff: staffId, action: through.action }}
      className="text-link"
      {...ROW_TARGET}
    >
      {actionInWords(through.action)}
    </Link>
  )
}

function listColumns(staffId: string): Column<LookedThrough>[] {
  return [
    {
      id: 'what',
      header: 'What',
      cell: (through) => <ListName through={through} staffId={staffId} />,
    },
    { id: 'looks', header: 'Times', className: 'number', cell: ({ looks }) => formatCount(looks) },
    {
      id: 'records',
      header: 'Records shown',
      className: 'number',
      cell: ({ records }) => formatCount(records),
    },
  ]
}

function LookedThroughCard({ through, staffId }: { through: LookedThrough; staffId: string }) {
  return (
    <div className="row between">
      <ListName through={through} staffId={staffId} />
      <span className="muted small">
        {plural(through.looks, 'time')}, {plural(through.records, 'record')}
      </span>
    </div>
  )
}

function Days({ days, stale }: { days: readonly LookDay[] | undefined; stale: boolean }) {
  if (days?.length === 0) return null
  return (
    <Section title="By day and role" flush>
      <QueryTable
        label="By day and role"
        columns={dayColumns}
        rows={days}
        rowKey={({ day, role }) => `${day} ${role ?? ''}`}
        card={(one) => (
          <div className="row between">
            <span>{formatDate(one.day)}</span>
            <span className="muted">
              {one.role ? roleInWords(one.role) : 'The system'}: {formatCount(one.looks)}
            </span>
          </div>
        )}
        stale={stale}
        density="compact"
      />
    </Section>
  )
}

const dayColumns: Column<LookDay>[] = [
  { id: 'day', header: 'Day', className: 'nowrap', cell: ({ day }) => formatDate(day) },
  { id: 'role', header: 'Role', cell: ({ role }) => (role ? roleInWords(role) : 'The system') },
  { id: 'looks', header: 'Looks', className: 'number', cell: ({ looks }) => formatCount(looks) },
]

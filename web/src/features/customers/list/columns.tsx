import { Link } from '@tanstack/react-router'
import { Ellipsis } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Customer, OptionalColumn } from '../../../api'
import type { Column } from '../../../components/QueryTable'
import {
  CustomerStatusBadge,
  FlagBadge,
  OpenTicketsBadge,
  VerifiedBadge,
} from '../../../components/status'
import { Avatar } from '../../../ui/Avatar'
import { formatCount, formatPhone, plural } from '../../../ui/format'
import { MenuButton, type MenuAct, type useSharedMenu } from '../../../ui/menu'
import { Money } from '../../../ui/Money'
import { RelativeTime } from '../../../ui/RelativeTime'
import { ROW_TARGET } from '../../../ui/row-keys'

interface RowMenu {
  shared: ReturnType<typeof useSharedMenu>
  acts: (row: Customer) => MenuAct[]
}

/** The columns a person may hide, by the name in the menu. */
export const optionalColumns: readonly { id: OptionalColumn; name: string }[] = [
  { id: 'phone', name: 'Phone' },
  { id: 'orders', name: 'Orders' },
  { id: 'ltv', name: 'LTV' },
  { id: 'lastOrder', name: 'Last order' },
  { id: 'joined', name: 'Joined' },
]

export function columns(menu: RowMenu, hidden: readonly string[]): Column<Customer>[] {
  const all: Column<Customer>[] = [
    {
      id: 'name',
      header: 'Customer',
      sortBy: 'name',
      sortsFrom: 'asc',
      className: 'wide',
      cell: (row) => <Person row={row} />,
    },
    {
      id: 'phone',
      header: 'Phone',
      className: 'nowrap from-wide',
      cell: ({ phone }) => (phone ? formatPhone(phone) : <None />),
    },
    {
      id: 'orders',
      header: 'Orders',
      sortBy: 'orders',
      className: 'number',
      cell: (row) => (
        <Explained row={row} figure="orders">
          {formatCount(row.stats.totalOrders)}
        </Explained>
      ),
    },
    {
      id: 'ltv',
      header: 'LTV',
      sortBy: 'ltv',
      className: 'number',
      cell: (row) => (
        <Explained row={row} figure="ltv">
          <Money pence={row.stats.totalLtv} />
        </Explained>
      ),
    },
    {
      id: 'lastOrder',
      header: 'Last order',
      sortBy: 'lastOrder',
      className: 'nowrap from-wide',
      cell: (row) =>
        row.stats.lastOrderAt ? (
          <Explained row={row} figure="last_order">
            <RelativeTime at={row.stats.lastOrderAt} />
          </Explained>
        ) : (
          <None />
        ),
    },
    {
      id: 'joined',
      header: 'Joined',
      sortBy: 'createdAt',
      className: 'nowrap from-widest',
      cell: ({ createdAt }) => <RelativeTime at={createdAt} />,
    },
    { id: 'status', header: 'Status', cell: (row) => <Badges row={row} /> },
    {
      id: 'menu',
      header: <span className="visually-hidden">Actions</span>,
      className: 'narrow',
      cell: (row) => <Menu row={row} menu={menu} />,
    },
  ]
  return all.filter(({ id }) => !hidden.includes(id))
}

export function CustomerCard({ row, menu }: { row: Customer; menu: RowMenu }) {
  const { stats } = row
  return (
    <>
      <div className="row between" style={{ flexWrap: 'nowrap' }}>
        <Person row={row} />
        <Menu row={row} menu={menu} />
      </div>
      <div className="row tight muted">
        <span>{plural(stats.totalOrders, 'order')}</span>
        <span aria-hidden="true">·</span>
        <Money pence={stats.totalLtv} />
        {stats.lastOrderAt ? (
          <>
            <span aria-hidden="true">·</span>
            <span>
              last order <RelativeTime at={stats.lastOrderAt} />
            </span>
          </>
        ) : null}
        {row.phone ? (
          <>
            <span aria-hidden="true">·</span>
            <span>{formatPhone(row.phone)}</span>
          </>
        ) : null}
      </div>
      <Badges row={row} />
    </>
  )
}

function Person({ row }: { row: Customer }) {
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

/** A figure that leads to what it is made of. */
function Explained(props: {
  row: Customer
  figure: 'ltv' | 'orders' | 'last_order'
  children: ReactNode
}) {
  return (
    <Link
      to="/admin/customers/$customerId"
      params={{ customerId: props.row.id }}
      search={{ explain: props.figure }}
      className="figure-link"
    >
      {props.children}
    </Link>
  )
}

function Badges({ row }: { row: Customer }) {
  const { stats } = row
  return (
    <div className="row tight badges">
      <CustomerStatusBadge status={row.status} />
      {row.flags.map((kind) => (
        <FlagBadge key={kind} kind={kind} />
      ))}
      {row.emailVerified ? <VerifiedBadge /> : null}
      <OpenTicketsBadge open={stats.openTickets} urgent={stats.urgentTickets} />
    </div>
  )
}

function Menu({ row, menu }: { row: Customer; menu: RowMenu }) {
  return (
    <MenuButton label={`Actions for ${row.name}`} shared={menu.shared} acts={() => menu.acts(row)}>
      <Ellipsis size={18} aria-hidden="true" />
    </MenuButton>
  )
}

function None() {
  return (
    <>
      <span aria-hidden="true" className="subtle">
        –
      </span>
      <span className="visually-hidden">none</span>
    </>
  )
}

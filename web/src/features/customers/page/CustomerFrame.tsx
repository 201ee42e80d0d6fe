import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, type LinkProps } from '@tanstack/react-router'
import { UserX } from 'lucide-react'
import { useEffect, type ReactNode } from 'react'
import { asProblem, readCustomerOptions, type CustomerPage, type Problem } from '../../../api'
import { Page } from '../../../components/Page'
import { toastDone } from '../../../components/toast'
import { useArrived } from '../../../ui/arrived'
import { formatCount } from '../../../ui/format'
import { Money } from '../../../ui/Money'
import { Skeleton, SkeletonLines } from '../../../ui/Skeleton'
import { Stat, Stats } from '../../../ui/Stat'
import { Callout, EmptyState, ErrorState } from '../../../ui/states'
import { RelativeTime } from '../../../ui/RelativeTime'
import { CustomerHeader } from './CustomerHeader'
import { figures } from './figures'
import { CustomerWalk } from './CustomerWalk'
import { ProfileCard } from './ProfileCard'

/** What stands around every tab of a customer: header, figures, tabs, and the profile at the side of a wide screen. */
export function CustomerFrame({
  customerId,
  notice,
  children,
}: {
  customerId: string
  /** Above the figures: what else to know before reading on. */
  notice: ReactNode
  children: ReactNode
}) {
  const { data, isError, error, refetch } = useQuery(
    readCustomerOptions({ path: { id: customerId } }),
  )
  const customer = useArrived(data)

  const moved = isError ? survivorOf(asProblem(error)) : undefined
  if (moved) return <MovedOn {...moved} />
  if (isError && !data) {
    const problem = asProblem(error)
    return (
      <Page title="Customer" heading="Customer">
        {problem.status === 404 || problem.status === 400 ? (
          <EmptyState
            icon={UserX}
            title="There is no such customer"
            actions={
              <Link to="/admin/customers" className="text-link">
                Go to customers
              </Link>
            }
          >
            The link may be incomplete. Customers are never deleted, so one that existed can be
            found by name.
          </EmptyState>
        ) : (
          <ErrorState failure={problem} onRetry={() => void refetch()} />
        )}
      </Page>
    )
  }

  return (
    <Page title={customer?.name ?? 'Customer'}>
      <CustomerWalk customerId={customerId} />
      {customer ? <CustomerHeader customer={customer} /> : <HeaderSkeleton />}
      {customer?.erasedAt ? (
        <Callout tone="info">
          <span>
            Erased <RelativeTime at={customer.erasedAt} />: who this was is gone. What is left is
            kept for the books, and cannot be changed.
          </span>
        </Callout>
      ) : null}
      {customer?.archivedAt && !customer.erasedAt ? (
        <Callout tone="warning">
          <span>
            Archived <RelativeTime at={customer.archivedAt} />: hidden from lists and search,
            everything kept. Restore this customer to change anything.
            {customer.archiveReason ? (
              <span className="reason" dir="auto">
                Why: {customer.archiveReason}
              </span>
            ) : null}
          </span>
        </Callout>
      ) : null}
      {notice}
      <CustomerStats customer={customer} />
      <Tabs customerId={customerId} customer={customer} />
      <div className="split">
        <div className="stack">{children}</div>
        <aside className="profile-side" aria-label="Profile">
          <ProfileCard customer={customer} />
        </aside>
      </div>
    </Page>
  )
}

/** Whom this customer was merged into, and what is said about it. */
function survivorOf({ code, detail, body }: Problem) {
  const survivor = body.customerId
  return code === 'merged' && typeof survivor === 'string' ? { survivor, detail } : undefined
}

/** Who opens an old link is led on, with a word about it. */
function MovedOn({ survivor, detail }: { survivor: string; detail: string }) {
  const navigate = useNavigate()
  useEffect(() => {
    toastDone(detail)
    void navigate({
      to: '/admin/customers/$customerId',
      params: { customerId: survivor },
      replace: true,
    })
  }, [navigate, survivor, detail])
  return null
}

function HeaderSkeleton() {
  return (
    <div className="customer-head" aria-busy="true">
      <span className="avatar" data-size="large" />
      <SkeletonLines lines={2} />
    </div>
  )
}

const strip = [
  ['orders', 'totalOrders'],
  ['completed_orders', 'completedOrders'],
  ['cancelled_orders', 'cancelledOrders'],
  ['ltv', 'totalLtv'],
  ['open_tickets', 'openTickets'],
  ['urgent_tickets', 'urgentTickets'],
  ['addresses', 'addressesCount'],
  ['contacts', 'contactsCount'],
] as const

function CustomerStats({ customer }: { customer: CustomerPage | undefined }) {
  const navigate = useNavigate()
  return (
    <Stats count={8} label="Figures">
      {strip.map(([figure, name]) => {
        const { label, definition, unit } = figures[figure]
        const value = customer?.stats[name]
        return (
          <Stat
            key={figure}
            label={label}
            definition={definition}
            value={
              value === undefined ? (
                <Skeleton width={unit === 'money' ? 6 : 3} />
              ) : unit === 'money' ? (
                <Money pence={value} />
              ) : (
                formatCount(value)
              )
            }
            onExplain={() =>
              void navigate({ to: '.', search: { explain: figure }, resetScroll: false })
            }
          />
        )
      })}
    </Stats>
  )
}

interface Tab {
  to: NonNullable<LinkProps['to']>
  label: string
  count?: number | undefined
}

function Tabs({
  customerId,
  customer,
}: {
  customerId: string
  customer: CustomerPage | undefined
}) {
  // What the tab shows, drafts and closed tickets included; beyond the first fifty nobody counts them.
  const bookings = customer?.bookingsNext ? undefined : customer?.bookings.length
  const tickets = customer?.supportTicketsNext ? undefined : customer?.supportTickets.length
  const tabs: Tab[] = [
    { to: '/admin/customers/$customerId', label: 'Overview' },
    { to: '/admin/customers/$customerId/bookings', label: 'Bookings', count: bookings },
    { to: '/admin/customers/$customerId/money', label: 'Money' },
    { to: '/admin/customers/$customerId/tickets', label: 'Tickets', count: tickets },
    {
      to: '/admin/customers/$customerId/addresses',
      label: 'Addresses and contacts',
      count: customer && customer.addresses.length + customer.contacts.length,
    },
    { to: '/admin/customers/$customerId/timeline', label: 'Timeline' },
    { to: '/admin/customers/$customerId/privacy', label: 'Privacy' },
  ]
  return (
    <nav className="tabs" aria-label="Customer">
      {tabs.map(({ to, label, count }) => (
        <Link
          key={to}
          to={to}
          params={{ customerId }}
          className="tab"
          activeOptions={{ exact: true, includeSearch: false }}
          resetScroll={false}
        >
          {label}
          {count ? <span className="count">{formatCount(count)}</span> : null}
        </Link>
      ))}
    </nav>
  )
}

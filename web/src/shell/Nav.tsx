import { Link, type LinkProps } from '@tanstack/react-router'
import {
  Activity,
  Archive,
  CircleHelp,
  DatabaseBackup,
  FileLock2,
  Gauge,
  Hammer,
  Hourglass,
  Landmark,
  ListChecks,
  ScrollText,
  UserCheck,
  UserCog,
  UsersRound,
  type LucideIcon,
} from 'lucide-react'
import { lazy, Suspense } from 'react'
import { useMe } from '../components/me'

const NavCount = lazy(() => import('./NavCount'))

interface Place {
  to: NonNullable<LinkProps['to']>
  label: string
  icon: LucideIcon
  permission: string
}

/** Where one may go, each with the permission it needs. */
export const places: Place[] = [
  { to: '/admin/customers', label: 'Customers', icon: UsersRound, permission: 'customer.read' },
  {
    to: '/admin/approvals',
    label: 'Approvals',
    icon: UserCheck,
    permission: 'approval.read',
  },
  { to: '/admin/finance', label: 'Finance', icon: Landmark, permission: 'finance.read' },
  { to: '/admin/audit', label: 'Audit', icon: ScrollText, permission: 'audit.read' },
  {
    to: '/admin/data-requests',
    label: 'Data requests',
    icon: FileLock2,
    permission: 'data_request.read',
  },
  { to: '/admin/trash', label: 'Trash', icon: Archive, permission: 'customer.read' },
  { to: '/admin/bulk-runs', label: 'Bulk acts', icon: ListChecks, permission: 'customer.read' },
  { to: '/admin/staff', label: 'Staff', icon: UserCog, permission: 'staff.read' },
  { to: '/admin/ceilings', label: 'Ceilings', icon: Gauge, permission: 'limit.manage' },
  { to: '/admin/retention', label: 'Retention', icon: Hourglass, permission: 'retention.read' },
  { to: '/admin/backups', label: 'Backups', icon: DatabaseBackup, permission: 'backup.read' },
  { to: '/admin/system', label: 'System', icon: Activity, permission: 'system.read' },
  { to: '/admin/dead-jobs', label: 'Dead jobs', icon: Hammer, permission: 'job.read' },
  { to: '/help/{-$guide}', label: 'Help', icon: CircleHelp, permission: 'account.own' },
]

/** Where one can go: only what is built and permitted. */
export function NavList({ onGo }: { onGo?: () => void }) {
  const me = useMe()
  return (
    <ul className="nav-list">
      {places
        .filter(({ permission }) => me.permissions.includes(permission))
        .map(({ to, label, icon: Icon }) => (
          <li key={to}>
            <Link
              to={to}
              className="nav-link"
              title={label}
              activeOptions={{ includeSearch: false }}
              onClick={onGo}
            >
              <Icon size={18} aria-hidden="true" />
              <span className="nav-text">{label}</span>
              <Suspense fallback={null}>
                <NavCount to={to} />
              </Suspense>
            </Link>
          </li>
        ))}
    </ul>
  )
}

import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import {
  Ban,
  CircleCheck,
  Ellipsis,
  Eye,
  History,
  KeyRound,
  MailPlus,
  MonitorSmartphone,
  Pencil,
  Plus,
  ShieldCheck,
  ShieldX,
} from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { asProblem, listStaffOptions, type StaffMember } from '../../api'
import { useMe } from '../../components/me'
import { HelpLink } from '../../components/HelpLink'
import { Page } from '../../components/Page'
import { roleInWords, useBlocked } from '../../components/permissions'
import { QueryTable, type Column } from '../../components/QueryTable'
import { ActButton } from '../../ui/ActButton'
import { Avatar } from '../../ui/Avatar'
import { Badge } from '../../ui/Badge'
import { MenuButton, useSharedMenu, type MenuAct } from '../../ui/menu'
import { RelativeTime } from '../../ui/RelativeTime'
import { ROW_TARGET } from '../../ui/row-keys'
import { ErrorState } from '../../ui/states'
import { PermissionTable } from './PermissionTable'
import { useStaffActs } from './acts'

const InviteDialog = lazy(() => import('./InviteDialog'))
const MemberDialog = lazy(() => import('./MemberDialog'))
const SessionsPanel = lazy(() => import('./SessionsPanel'))
const SignInLog = lazy(() => import('../../components/SignInLog'))
const LinkDialog = lazy(() => import('./LinkDialog'))

interface StaffPageProps {
  tab: 'people' | 'permissions'
  /** Whose sessions are open at the side. */
  sessionsOf: string | undefined
  onSessions: (id: string | undefined) => void
}

export function StaffPage({ tab, sessionsOf, onSessions }: StaffPageProps) {
  const blocked = useBlocked()
  const [inviting, setInviting] = useState(false)
  const mayNot = blocked('staff.manage')
  return (
    <Page
      title="Staff"
      heading="Staff"
      actions={
        <>
          <HelpLink topic="staff" />
          <ActButton
            size="sm"
            colorPalette="accent"
            blocked={mayNot}
            onClick={() => setInviting(true)}
          >
            <Plus aria-hidden="true" />
            Invite
          </ActButton>
        </>
      }
    >
      <nav className="tabs" aria-label="Staff">
        <Link
          to="/admin/staff"
          className="tab"
          aria-current={tab === 'people' ? 'page' : undefined}
        >
          People
        </Link>
        <Link
          to="/admin/staff"
          search={{ tab: 'permissions' }}
          className="tab"
          aria-current={tab === 'permissions' ? 'page' : undefined}
        >
          Permissions
        </Link>
      </nav>
      {tab === 'people' ? (
        <People sessionsOf={sessionsOf} onSessions={onSessions} />
      ) : (
        <PermissionTable />
      )}
      <Suspense fallback={null}>
        {inviting ? <InviteDialog onClose={() => setInviting(false)} /> : null}
      </Suspense>
    </Page>
  )
}

function People({ sessionsOf, onSessions }: Omit<StaffPageProps, 'tab'>) {
  const me = useMe()
  const navigate = useNavigate()
  const blocked = useBlocked()
  const shared = useSharedMenu()
  const staff = useQuery(listStaffOptions())
  const [editing, setEditing] = useState<StaffMember>()
  const [logOf, setLogOf] = useState<StaffMember>()
  const { askToDisable, askToReset, enable, makeResetLink, link, forgetLink } = useStaffActs()

  if (staff.isError && !staff.data) {
    return <ErrorState failure={asProblem(staff.error)} onRetry={() => void staff.refetch()} />
  }

  const acts = (member: StaffMember): MenuAct[] => {
    const mayNot = blocked('staff.manage')
    const notOneself = member.id === me.id ? 'Somebody else has to do this for you.' : undefined
    return [
      {
        id: 'edit',
        label: 'Change name or role',
        icon: Pencil,
        blocked: mayNot ?? notOneself,
        onSelect: () => setEditing(member),
      },
      {
        id: 'sessions',
        label: 'Sessions',
        icon: MonitorSmartphone,
        blocked: mayNot,
        onSelect: () => onSessions(member.id),
      },
      {
        id: 'looks',
        label: 'Whom they looked at',
        icon: Eye,
        blocked: blocked('audit.read'),
        onSelect: () =>
          void navigate({ to: '/admin/audit/staff/$staffId', params: { staffId: member.id } }),
      },
      {
        id: 'log',
        label: 'Sign-in log',
        icon: History,
        blocked: mayNot,
        onSelect: () => setLogOf(member),
      },
      {
        id: 'link',
        label: member.invited ? 'New invitation link' : 'Link to reset the password',
        icon: KeyRound,
        blocked:
          mayNot ??
          (member.disabledAt
            ? 'Disabled people cannot sign in. Enable this person first.'
            : undefined),
        onSelect: () => void makeResetLink(member),
      },
      {
        id: 'factor',
        label: 'Reset the second factor',
        icon: ShieldX,
        blocked:
          mayNot ??
          notOneself ??
          (member.secondFactor ? undefined : `${member.name} has no second factor.`),
        onSelect: () => void askToReset(member),
      },
      member.disabledAt
        ? {
            id: 'enable',
            label: 'Enable',
            icon: CircleCheck,
            blocked: mayNot,
            onSelect: () => void enable(member),
          }
        : {
            id: 'disable',
            label: 'Disable',
            icon: Ban,
            destructive: true,
            blocked: mayNot ?? notOneself,
            onSelect: () => void askToDisable(member),
          },
    ]
  }
  const menu = (member: StaffMember) => (
    <MenuButton label={`Actions for ${member.name}`} shared={shared} acts={() => acts(member)}>
      <Ellipsis size={18} aria-hidden="true" />
    </MenuButton>
  )
  const shown = staff.data?.find(({ id }) => id === sessionsOf)

  return (
    <div className="card">
      <QueryTable
        label="Staff"
        columns={[
          ...columns,
          { id: 'menu', header: actionsHeader, className: 'narrow', cell: menu },
        ]}
        rows={staff.data}
        rowKey={({ id }) => id}
        card={(member) => (
          <>
            <div className="row between">
              <Person member={member} />
              {menu(member)}
            </div>
            <div className="row tight muted">
              <span>{roleInWords(member.role)}</span>
              <State member={member} />
              <Factor member={member} />
            </div>
          </>
        )}
      />
      {shared.menu}
      <Suspense fallback={null}>
        {editing ? <MemberDialog member={editing} onClose={() => setEditing(undefined)} /> : null}
        {shown ? <SessionsPanel member={shown} onClose={() => onSessions(undefined)} /> : null}
        {logOf ? (
          <SignInLog
            title={`Sign-ins of ${logOf.name}`}
            staffId={logOf.id}
            onClose={() => setLogOf(undefined)}
          />
        ) : null}
        {link ? <LinkDialog link={link} onClose={forgetLink} /> : null}
      </Suspense>
    </div>
  )
}

const actionsHeader = <span className="visually-hidden">Actions</span>

const columns: Column<StaffMember>[] = [
  { id: 'name', header: 'Name', className: 'wide', cell: (member) => <Person member={member} /> },
  { id: 'role', header: 'Role', className: 'nowrap', cell: ({ role }) => roleInWords(role) },
  {
    id: 'seen',
    header: 'Last sign-in',
    className: 'nowrap',
    cell: ({ lastSignInAt }) =>
      lastSignInAt ? <RelativeTime at={lastSignInAt} /> : <span className="subtle">Never</span>,
  },
  { id: 'state', header: 'State', cell: (member) => <State member={member} /> },
  {
    id: 'factor',
    header: 'Second factor',
    className: 'nowrap',
    cell: (member) => <Factor member={member} />,
  },
]

function Person({ member }: { member: StaffMember }) {
  return (
    <div className="person">
      <Avatar name={member.name} />
      <div className="person-text">
        <span className="strong truncate" dir="auto" tabIndex={-1} {...ROW_TARGET}>
          {member.name}
        </span>
        <span className="subtle small truncate">{member.email}</span>
      </div>
    </div>
  )
}

function Factor({ member }: { member: StaffMember }) {
  return member.secondFactor ? (
    <Badge tone="green" icon={ShieldCheck}>
      Second factor
    </Badge>
  ) : (
    <span className="subtle">No second factor</span>
  )
}

function State({ member }: { member: StaffMember }) {
  if (member.disabledAt) {
    return (
      <Badge tone="gray" icon={Ban}>
        Disabled
      </Badge>
    )
  }
  return member.invited ? (
    <Badge tone="blue" icon={MailPlus}>
      Invited
    </Badge>
  ) : (
    <Badge tone="green" icon={CircleCheck}>
      Active
    </Badge>
  )
}

import { useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import {
  Archive,
  ArchiveRestore,
  Ellipsis,
  Eye,
  FileText,
  Flag,
  FlagOff,
  HandCoins,
  Merge,
  PackageOpen,
  Pencil,
  RotateCcw,
  StickyNote,
  Wallet,
} from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import type { CustomerPage } from '../../../api'
import { useCommands } from '../../../components/commands'
import { useBlocked } from '../../../components/permissions'
import { AlsoHere } from '../../../components/presence'
import { standingOf } from '../../../components/standing'
import {
  CustomerStatusBadge,
  FlagBadge,
  flagWord,
  HeldBadge,
  OpenTicketsBadge,
  VerifiedBadge,
} from '../../../components/status'
import { ActButton } from '../../../ui/ActButton'
import { Avatar } from '../../../ui/Avatar'
import { formatShortDate } from '../../../ui/format'
import { Hint } from '../../../ui/Hint'
import { MenuButton, useSharedMenu, type MenuAct } from '../../../ui/menu'
import { RelativeTime } from '../../../ui/RelativeTime'
import { restore } from '../archive'
import { useFlagDialogs } from './flag-dialogs'
import { Email, Phone } from './ProfileCard'

const loadEdit = () => import('../dialogs/CustomerDialog')
const EditCustomer = lazy(async () => ({ default: (await loadEdit()).EditCustomer }))
const loadArchive = () => import('../dialogs/ArchiveDialog')
const ArchiveDialog = lazy(loadArchive)
const loadNote = () => import('../dialogs/NoteDialog')
const NoteDialog = lazy(loadNote)

export function CustomerHeader({ customer }: { customer: CustomerPage }) {
  const queryClient = useQueryClient()
  const blocked = useBlocked()
  const shared = useSharedMenu()
  const [dialog, setDialog] = useState<'edit' | 'note' | 'archive'>()
  const flags = useFlagDialogs(customer)
  const navigate = useNavigate()
  const { actions, stats } = customer
  const standing = standingOf(customer)
  const begin = (act: 'refund' | 'credit' | 'spend' | 'invoice' | 'merge') =>
    void navigate({ to: '.', search: { act }, resetScroll: false })

  const moreActs = (): MenuAct[] => [
    {
      id: 'refund',
      label: 'Refund',
      icon: RotateCcw,
      blocked: blocked('refund.issue', standing),
      onSelect: () => begin('refund'),
    },
    {
      id: 'credit',
      label: 'Issue store credit',
      icon: HandCoins,
      blocked: blocked('credit.issue', standing),
      onSelect: () => begin('credit'),
    },
    {
      id: 'spend',
      label: 'Spend store credit',
      icon: Wallet,
      blocked: blocked('credit.spend', standing),
      onSelect: () => begin('spend'),
    },
    {
      id: 'invoice',
      label: 'Send invoice',
      icon: FileText,
      blocked: blocked('invoice.send', standing),
      onSelect: () => begin('invoice'),
    },
    {
      id: 'export',
      label: 'Copy of everything',
      icon: PackageOpen,
      blocked: blocked('export.make'),
      onSelect: () =>
        void navigate({
          to: '/admin/customers/$customerId/privacy',
          params: { customerId: customer.id },
        }),
    },
    ...customer.openFlags.map((flag) => ({
      id: flag.id,
      label: `Remove flag: ${flagWord(flag.kind)}`,
      icon: FlagOff,
      blocked: blocked('flag.write', actions.removeFlag),
      onSelect: () => flags.remove(flag),
    })),
    {
      id: 'lookers',
      label: 'Who looked',
      icon: Eye,
      blocked: blocked('audit.read'),
      onSelect: () =>
        void navigate({
          to: '/admin/audit/customers/$customerId',
          params: { customerId: customer.id },
        }),
    },
    {
      id: 'merge',
      label: 'Merge with another record',
      icon: Merge,
      blocked: blocked('customer.merge', actions.merge),
      onSelect: () => begin('merge'),
    },
    customer.archivedAt
      ? {
          id: 'restore',
          label: 'Restore',
          icon: ArchiveRestore,
          blocked: blocked('customer.archive', actions.restore),
          onSelect: () => void restore(queryClient, customer),
        }
      : {
          id: 'archive',
          label: 'Archive',
          icon: Archive,
          destructive: true,
          blocked: blocked('customer.archive', actions.archive),
          onSelect: () => setDialog('archive'),
        },
  ]
  useCommands(`For ${customer.name}`, () => [
    {
      id: 'note',
      label: 'Add note',
      icon: StickyNote,
      blocked: blocked('note.write', actions.writeNotes),
      onSelect: () => setDialog('note'),
    },
    {
      id: 'edit',
      label: 'Edit',
      icon: Pencil,
      blocked: blocked('customer.update', actions.update),
      onSelect: () => setDialog('edit'),
    },
    {
      id: 'flag',
      label: 'Add flag',
      icon: Flag,
      blocked: blocked('flag.write', actions.addFlag),
      onSelect: flags.add,
    },
    ...moreActs(),
  ])

  return (
    <header className="customer-head">
      <Avatar name={customer.name} size="large" />
      <div className="customer-who">
        <div className="row">
          <h1 className="page-title" dir="auto">
            {customer.name}
          </h1>
          <CustomerStatusBadge status={customer.status} />
          {customer.emailVerified ? <VerifiedBadge /> : null}
          {customer.openFlags.map(({ kind, reason }) => (
            // One of a kind is open at most; its id changes once it is known to be stored.
            <Hint key={kind} text={reason}>
              <Link
                to="/admin/customers/$customerId"
                params={{ customerId: customer.id }}
                className="badge-link"
              >
                <FlagBadge kind={kind} />
              </Link>
            </Hint>
          ))}
          {customer.held ? (
            <Hint text="Everything about this customer is kept until the hold is lifted.">
              <Link
                to="/admin/customers/$customerId/privacy"
                params={{ customerId: customer.id }}
                className="badge-link"
              >
                <HeldBadge />
              </Link>
            </Hint>
          ) : null}
          <OpenTicketsBadge open={stats.openTickets} urgent={stats.urgentTickets} />
        </div>
        <div className="row customer-reach">
          {customer.email ? <Email email={customer.email} /> : null}
          {customer.phone ? <Phone phone={customer.phone} /> : null}
          <span className="muted">Joined {formatShortDate(customer.createdAt)}</span>
          {stats.lastOrderAt ? (
            <span className="muted">
              Last order{' '}
              <Link
                to="."
                search={{ explain: 'last_order' }}
                className="text-link"
                resetScroll={false}
              >
                <RelativeTime at={stats.lastOrderAt} />
              </Link>
            </span>
          ) : null}
          <AlsoHere customerId={customer.id} />
        </div>
      </div>
      <div className="row customer-acts">
        <ActButton
          size="sm"
          variant="outline"
          blocked={blocked('note.write', actions.writeNotes)}
          onPointerEnter={() => void loadNote()}
          onClick={() => setDialog('note')}
        >
          <StickyNote aria-hidden="true" />
          Add note
        </ActButton>
        <ActButton
          size="sm"
          variant="outline"
          blocked={blocked('customer.update', actions.update)}
          onPointerEnter={() => void loadEdit()}
          onClick={() => setDialog('edit')}
        >
          <Pencil aria-hidden="true" />
          Edit
        </ActButton>
        <ActButton
          size="sm"
          variant="outline"
          blocked={blocked('flag.write', actions.addFlag)}
          onPointerEnter={flags.preload}
          onClick={flags.add}
        >
          <Flag aria-hidden="true" />
          Add flag
        </ActButton>
        <MenuButton label={`More actions for ${customer.name}`} shared={shared} acts={moreActs}>
          <Ellipsis size={18} aria-hidden="true" />
        </MenuButton>
      </div>
      {shared.menu}
      {flags.dialog}
      <Suspense fallback={null}>
        {dialog === 'edit' ? (
          <EditCustomer customer={customer} onClose={() => setDialog(undefined)} />
        ) : null}
        {dialog === 'note' ? (
          <NoteDialog
            customerId={customer.id}
            note={undefined}
            onClose={() => setDialog(undefined)}
          />
        ) : null}
        {dialog === 'archive' ? (
          <ArchiveDialog customer={customer} onClose={() => setDialog(undefined)} />
        ) : null}
      </Suspense>
    </header>
  )
}

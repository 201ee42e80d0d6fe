import { useMe } from './me'

export interface ActState {
  allowed: boolean
  reason?: string | null | undefined
}

const rolesInWords: Record<string, string> = {
  superadmin: 'Superadmin',
  ops: 'Operations',
  support: 'Support',
  finance: 'Finance',
  reviewer: 'Reviewer',
  read_only: 'Read only',
}

export function roleInWords(role: string): string {
  return rolesInWords[role] ?? role
}

/** What each permission lets one do; completes "Your role may not …". */
const acts = {
  'customer.create': 'create customers',
  'customer.update': 'edit customers, addresses and contacts',
  'customer.archive': 'archive and restore customers',
  'customer.merge': 'merge customers and undo merges',
  'customer.export': 'export customers',
  'view.share': 'share views of the list with everybody',
  'note.write': 'write notes',
  'flag.write': 'flag customers',
  'refund.issue': 'issue refunds',
  'refund.settle': 'mark refunds as paid or failed',
  'credit.issue': 'issue store credit',
  'credit.spend': 'record that store credit was spent',
  'difference.settle': 'compare books and settle differences',
  'limit.manage': 'change ceilings and refund reasons',
  'invoice.send': 'send invoices',
  'mail.send': 'send mail again',
  'export.make': 'make copies of everything about a customer',
  'data_request.handle': 'handle data requests',
  'erasure.plan': 'plan erasures',
  'erasure.approve': 'approve erasures',
  'hold.place': 'place and lift legal holds',
  'retention.manage': 'change how long what is kept',
  'backup.manage': 'have copies of the database made and proved',
  'fence.accept': 'let mail and refunds leave a restored database',
  'audit.read': 'read the audit trail',
  'audit.verify': 'verify the audit trail',
  'audit.export': 'export the audit trail',
  'job.manage': 'have dead jobs tried again or let them go',
  'staff.read': 'see staff members',
  'staff.manage': 'invite, change and disable staff members',
}

export type Permission = keyof typeof acts

/**
 * Why the person may not do this, in words, or undefined where they may. The permission decides first; then what the
 * server says about this very act.
 */
export function useBlocked(): (permission: Permission, act?: ActState) => string | undefined {
  const me = useMe()
  return (permission, act) => {
    if (!me.permissions.includes(permission)) {
      return `Your role, ${roleInWords(me.role)}, may not ${acts[permission]}. A superadmin can change that.`
    }
    if (act && !act.allowed) return act.reason ?? 'This is not possible at the moment.'
    return undefined
  }
}

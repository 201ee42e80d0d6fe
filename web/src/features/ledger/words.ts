import type { Approval, CreditReason, CreditUseKind } from '../../api'

export const creditReasons: Record<CreditReason, string> = {
  compensation: 'Compensation',
  loyalty: 'Loyalty',
  goodwill: 'Goodwill',
  correction: 'Correction',
  refund: 'Refund',
}

export const creditUses: Record<CreditUseKind, string> = {
  spent: 'Spent',
  expired: 'Expired',
  withdrawn: 'Withdrawn',
  returned: 'Came back',
}

export const acts: Record<Approval['act'], string> = { refund: 'Refund', credit: 'Store credit' }

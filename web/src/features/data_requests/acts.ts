import type { DataRequestAct, DataRequestCase, DataRequestState } from '../../api'

export type ActName = DataRequestAct['action']

/** The steps that lead on from each state, the likely one first; all others stand in the menu. */
const onwards: Record<DataRequestState, readonly ActName[]> = {
  received: ['confirm_identity', 'ask_identity'],
  identity_check: ['confirm_identity'],
  in_progress: ['prepare', 'ask_clarification'],
  clarification: ['receive_clarification'],
  review: ['approve', 'send_back'],
  approved: ['deliver', 'answer'],
  delivered: ['close'],
  refused: ['close'],
  withdrawn: ['close'],
  closed: [],
}

export const actWords: Record<ActName, string> = {
  assign: 'Give to somebody else',
  identify: 'Find the customer',
  acknowledge: 'Acknowledge',
  ask_identity: 'Ask for proof',
  confirm_identity: 'Confirm identity',
  ask_clarification: 'Ask back',
  receive_clarification: 'Enter the answer',
  extend: 'Extend by two months',
  prepare: 'Prepare the answer',
  send_back: 'Send back',
  approve: 'Approve',
  deliver: 'Send by one-time link',
  answer: 'Mark as sent',
  withdraw: 'Withdrawn by the person',
  close: 'Close',
}

/** As `onwards`, for this case: only access and portability are answered with a copy. */
export function nextOf({ state, kind, proposal }: DataRequestCase): readonly ActName[] {
  const copied = (kind === 'access' || kind === 'portability') && proposal !== 'refuse'
  return onwards[state].filter((action) => action !== 'deliver' || copied)
}

export const allActs = Object.keys(actWords) as ActName[]

/** Why a step may not be taken now, in words; undefined where it may. */
export function blockedOf(request: DataRequestCase, action: ActName): string | undefined {
  const act = request.acts.find((one) => one.action === action)
  if (act?.allowed) return undefined
  return act?.reason ?? 'This is not possible at the moment.'
}

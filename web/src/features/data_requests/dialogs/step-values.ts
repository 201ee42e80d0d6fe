import type { Resolver } from 'react-hook-form'
import type {
  AnswerWay,
  DataRequestAct,
  IdentityMethod,
  LinkWay,
  Proposal,
  RefusalGround,
} from '../../../api'
import type { ActName } from '../acts'
import { grounds, keysOf, linkWays, methods, ways } from '../words'

export interface StepValues {
  on: string
  handlerId: string
  customerId: string
  method: string
  note: string
  question: string
  answer: string
  reason: string
  proposal: string
  done: string
  withheld: string
  ground: string
  word: string
  via: string
  to: string
  rightsTold: boolean
}

export type Step = Exclude<ActName, 'close'>

/** What each step cannot do without, and what is said when it is not there. */
const needed: Record<Step, Partial<Record<keyof StepValues, string>>> = {
  assign: {},
  identify: { customerId: 'Find and choose the customer' },
  acknowledge: { on: 'Enter the day' },
  ask_identity: { on: 'Enter the day' },
  confirm_identity: { on: 'Enter the day' },
  ask_clarification: { on: 'Enter the day', question: 'Say what was asked back' },
  receive_clarification: { on: 'Enter the day', answer: 'Enter the answer' },
  extend: { on: 'Enter the day', reason: 'Say why it takes longer' },
  prepare: {},
  send_back: { word: 'Say what is missing' },
  approve: { word: 'Say a few words' },
  deliver: {},
  answer: { on: 'Enter the day' },
  withdraw: { on: 'Enter the day', note: 'Say how we know' },
}

function lacking(action: Step, values: StepValues): Partial<Record<keyof StepValues, string>> {
  const wants =
    action === 'prepare'
      ? values.proposal === 'refuse'
        ? { ground: 'Choose a ground' }
        : { done: 'Say what was done' }
      : needed[action]
  return Object.fromEntries(
    Object.entries(wants).filter(([name]) => {
      const value = values[name as keyof StepValues]
      return typeof value === 'string' && value.trim() === ''
    }),
  )
}

/** Only what is plainly missing is caught here; the server decides. */
export function resolverOf(action: Step): Resolver<StepValues> {
  return (values) => {
    const missing = Object.entries(lacking(action, values))
    return missing.length === 0
      ? { values, errors: {} }
      : {
          values: {},
          errors: Object.fromEntries(
            missing.map(([name, message]) => [name, { type: 'required', message }]),
          ),
        }
  }
}

const oneOf = <Key extends string>(words: Record<Key, string>, value: string): Key | undefined =>
  keysOf(words).find((key) => key === value)

const orNone = (text: string) => (text.trim() === '' ? null : text)

/** The step as the server takes it: what belongs to it, and nothing else that was typed. */
export function actOf(action: Step, values: StepValues): DataRequestAct {
  const { on, note, question, answer, reason, word, done, withheld } = values
  switch (action) {
    case 'assign':
      return { action, handlerId: values.handlerId }
    case 'identify':
      return { action, customerId: values.customerId }
    case 'acknowledge':
    case 'ask_identity':
      return { action, on }
    case 'confirm_identity': {
      const method = oneOf<IdentityMethod>(methods, values.method) ?? 'other'
      return { action, on, method, note: orNone(note) }
    }
    case 'ask_clarification':
      return { action, on, question }
    case 'receive_clarification':
      return { action, on, answer }
    case 'extend':
      return { action, on, reason }
    case 'prepare': {
      const proposal: Proposal = values.proposal === 'refuse' ? 'refuse' : 'fulfil'
      const ground = oneOf<RefusalGround>(grounds, values.ground)
      return proposal === 'refuse'
        ? { action, proposal, ground: ground ?? null, withheld: orNone(withheld) }
        : { action, proposal, done: orNone(done), withheld: orNone(withheld) }
    }
    case 'send_back':
    case 'approve':
      return { action, word }
    case 'deliver':
      return { action, to: oneOf<LinkWay>(linkWays, values.to) ?? 'mail' }
    case 'answer': {
      const via = oneOf<AnswerWay>(ways, values.via) ?? 'email'
      return { action, on, via, rightsTold: values.rightsTold }
    }
    case 'withdraw':
      return { action, on, note }
  }
}

export const doneInWords: Record<Step, string> = {
  assign: 'given to somebody else',
  identify: 'customer found',
  acknowledge: 'acknowledged',
  ask_identity: 'waiting for proof of identity',
  confirm_identity: 'identity confirmed',
  ask_clarification: 'waiting for clarification',
  receive_clarification: 'answer entered',
  extend: 'extended by two months',
  prepare: 'handed to a reviewer',
  send_back: 'sent back',
  approve: 'approved',
  deliver: 'copy being made',
  answer: 'marked as sent',
  withdraw: 'withdrawn',
}

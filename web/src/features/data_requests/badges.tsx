import {
  CircleCheck,
  CircleDot,
  CirclePause,
  Eye,
  IdCard,
  Inbox,
  MessageCircleQuestion,
  Send,
  ShieldAlert,
  Undo2,
  Ban,
  Archive,
  Clock,
  type LucideIcon,
} from 'lucide-react'
import type { DataRequest, DataRequestState } from '../../api'
import { Badge, type Tone } from '../../ui/Badge'
import { formatDate } from '../../ui/format'
import { daysInWords } from './words'

const states: Record<DataRequestState, { word: string; tone: Tone; icon: LucideIcon }> = {
  received: { word: 'Received', tone: 'blue', icon: Inbox },
  identity_check: { word: 'Waiting for proof of identity', tone: 'gray', icon: IdCard },
  in_progress: { word: 'In progress', tone: 'blue', icon: CircleDot },
  clarification: {
    word: 'Waiting for clarification',
    tone: 'gray',
    icon: MessageCircleQuestion,
  },
  review: { word: 'In review', tone: 'violet', icon: Eye },
  approved: { word: 'Approved, to be sent', tone: 'accent', icon: Send },
  delivered: { word: 'Delivered', tone: 'green', icon: CircleCheck },
  refused: { word: 'Refused', tone: 'amber', icon: Ban },
  withdrawn: { word: 'Withdrawn', tone: 'gray', icon: Undo2 },
  closed: { word: 'Closed', tone: 'gray', icon: Archive },
}

export const stateInWords = (state: DataRequestState) => states[state].word

export function StateBadge({ state }: { state: DataRequestState }) {
  const { word, tone, icon } = states[state]
  return (
    <Badge tone={tone} icon={icon}>
      {word}
    </Badge>
  )
}

const SOON = 7

/** When the answer is due; loud only when that has passed. */
export function DueBadge({ request }: { request: DataRequest }) {
  const { dueOn, daysLeft, outcome } = request
  if (outcome) return null
  if (!dueOn || daysLeft === undefined || daysLeft === null) {
    return (
      <Badge tone="gray" icon={CirclePause}>
        Clock stands
      </Badge>
    )
  }
  const overdue = daysLeft < 0
  return (
    <Badge
      tone={overdue ? 'red' : daysLeft <= SOON ? 'amber' : 'gray'}
      icon={overdue ? ShieldAlert : Clock}
      loud={overdue}
    >
      {daysInWords(daysLeft)}
    </Badge>
  )
}

/** The day itself, with how far it is. */
export function Due({ request }: { request: DataRequest }) {
  const { dueOn, answeredOn, outcome } = request
  return (
    <span className="row tight">
      {outcome && answeredOn ? (
        <span>{formatDate(answeredOn)}</span>
      ) : dueOn ? (
        <span>{formatDate(dueOn)}</span>
      ) : null}
      <DueBadge request={request} />
    </span>
  )
}

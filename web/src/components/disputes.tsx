import {
  BadgeCheck,
  CircleHelp,
  CircleX,
  Gavel,
  Hourglass,
  MessageCircleQuestion,
  type LucideIcon,
} from 'lucide-react'
import type { DisputeStatus } from '../api'
import { Badge, type Tone } from '../ui/Badge'

/** What a customer's bank asks back, as it stands there. */
const looks: Record<DisputeStatus, readonly [string, Tone, LucideIcon]> = {
  warning_needs_response: ['Bank asks', 'amber', MessageCircleQuestion],
  warning_under_review: ['Answered, bank looks', 'blue', Hourglass],
  warning_closed: ['Question closed', 'gray', CircleHelp],
  needs_response: ['Disputed: to be answered', 'red', Gavel],
  under_review: ['Disputed: bank decides', 'amber', Hourglass],
  won: ['Dispute won', 'green', BadgeCheck],
  lost: ['Dispute lost', 'red', CircleX],
}

export function DisputeBadge({ status }: { status: DisputeStatus }) {
  const [word, tone, icon] = looks[status]
  return (
    <Badge tone={tone} icon={icon}>
      {word}
    </Badge>
  )
}

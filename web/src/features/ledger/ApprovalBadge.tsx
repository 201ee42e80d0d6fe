import { Ban, CircleCheck, Hourglass, Undo2, type LucideIcon } from 'lucide-react'
import type { Approval } from '../../api'
import { Badge, type Tone } from '../../ui/Badge'

const looks: Record<Approval['state'], { word: string; tone: Tone; icon: LucideIcon }> = {
  pending: { word: 'Waiting', tone: 'amber', icon: Hourglass },
  approved: { word: 'Approved', tone: 'green', icon: CircleCheck },
  rejected: { word: 'Rejected', tone: 'red', icon: Ban },
  withdrawn: { word: 'Withdrawn', tone: 'gray', icon: Undo2 },
}

export function ApprovalBadge({ state }: Pick<Approval, 'state'>) {
  const { word, tone, icon } = looks[state]
  return (
    <Badge tone={tone} icon={icon}>
      {word}
    </Badge>
  )
}

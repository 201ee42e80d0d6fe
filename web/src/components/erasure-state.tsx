import {
  CircleCheck,
  CircleDashed,
  CircleStop,
  LoaderCircle,
  SearchAlert,
  Undo2,
} from 'lucide-react'
import type { LucideIcon } from 'lucide-react'
import type { ErasureState } from '../api'
import { Badge, type Tone } from '../ui/Badge'

const states: Record<ErasureState, { word: string; tone: Tone; icon: LucideIcon }> = {
  planned: { word: 'Waits for approval', tone: 'amber', icon: CircleDashed },
  withdrawn: { word: 'Plan withdrawn', tone: 'gray', icon: Undo2 },
  approved: { word: 'Approved', tone: 'blue', icon: LoaderCircle },
  running: { word: 'Being erased', tone: 'blue', icon: LoaderCircle },
  found: { word: 'Something was found', tone: 'red', icon: SearchAlert },
  stopped: { word: 'Stopped before it began', tone: 'gray', icon: CircleStop },
  done: { word: 'Erased', tone: 'green', icon: CircleCheck },
}

export function ErasureBadge({ state }: { state: ErasureState }) {
  const { word, tone, icon } = states[state]
  return (
    <Badge tone={tone} icon={icon}>
      {word}
    </Badge>
  )
}

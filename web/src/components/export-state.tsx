import { CircleCheck, Clock, Download, Loader, TriangleAlert, type LucideIcon } from 'lucide-react'
import type { ExportState } from '../api'
import { Badge, type Tone } from '../ui/Badge'

const states: Record<ExportState, { word: string; tone: Tone; icon: LucideIcon }> = {
  asked: { word: 'Being made', tone: 'blue', icon: Loader },
  ready: { word: 'Ready to be fetched', tone: 'accent', icon: Download },
  fetched: { word: 'Fetched', tone: 'green', icon: CircleCheck },
  expired: { word: 'Expired', tone: 'gray', icon: Clock },
  failed: { word: 'Failed', tone: 'red', icon: TriangleAlert },
}

export function ExportBadge({ state }: { state: ExportState }) {
  const { word, tone, icon } = states[state]
  return (
    <Badge tone={tone} icon={icon}>
      {word}
    </Badge>
  )
}

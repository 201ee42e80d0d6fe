import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'

export type Tone = 'gray' | 'accent' | 'green' | 'amber' | 'red' | 'blue' | 'violet'

/** A state as word, icon and colour. Plain CSS: there may be hundreds on a page. */
export function Badge(props: {
  tone: Tone
  icon: LucideIcon
  loud?: boolean
  children: ReactNode
}) {
  const Icon = props.icon
  return (
    <span className="badge" data-tone={props.tone} data-loud={props.loud ? '' : undefined}>
      <Icon aria-hidden="true" />
      <span className="truncate">{props.children}</span>
    </span>
  )
}

import { Info } from 'lucide-react'
import type { ReactNode } from 'react'
import { Hint } from './Hint'
import { useIsPhone } from './media'

interface StatProps {
  label: string
  /** What exactly is counted, in one sentence. */
  definition: string
  value: ReactNode
  pressed?: boolean
  /** Filters by the figure, where there is something to filter. */
  onPress?: () => void
  /** Shows what the figure is made of: by pressing it, or beside it where pressing it filters. */
  onExplain: () => void
}

/** One figure with its definition, which opens to what it is made of. */
export function Stat({ label, definition, value, pressed, onPress, onExplain }: StatProps) {
  return (
    <div className="stat-box" role="group" aria-label={label}>
      <Hint text={definition}>
        <button
          type="button"
          className="card stat"
          {...(onPress
            ? { 'aria-pressed': pressed ?? false, onClick: onPress }
            : { 'aria-haspopup': 'dialog', onClick: onExplain })}
        >
          <span className="stat-label">{label}</span>
          <span className="stat-value truncate">{value}</span>
        </button>
      </Hint>
      {onPress ? (
        <button
          type="button"
          className="icon-button stat-explain"
          aria-haspopup="dialog"
          aria-label={`Explain ${label}`}
          onClick={onExplain}
        >
          <Info size={14} aria-hidden="true" />
        </button>
      ) : (
        <Info size={14} className="stat-mark" aria-hidden="true" />
      )}
    </div>
  )
}

export function Stats({
  count,
  label,
  children,
}: {
  count: 4 | 6 | 8
  label: string
  children: ReactNode
}) {
  const phone = useIsPhone()
  return (
    <div
      className="stats"
      data-count={count}
      role="region"
      aria-label={label}
      // On a phone the strip scrolls, and must be reachable to do so.
      {...(phone ? { tabIndex: 0 } : {})}
    >
      {children}
    </div>
  )
}

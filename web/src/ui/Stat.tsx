import type { ReactNode } from 'react'
import { Hint } from './Hint'
import { useIsPhone } from './media'

interface StatProps {
  label: string
  /** What exactly is counted, in one sentence. */
  definition: string
  value: ReactNode
  pressed?: boolean
  onPress?: () => void
}

/** One figure with its definition; pressing it filters, where there is something to filter. */
export function Stat({ label, definition, value, pressed, onPress }: StatProps) {
  const inside = (
    <>
      <span className="stat-label">{label}</span>
      <span className="stat-value truncate">{value}</span>
    </>
  )
  return (
    <Hint text={definition}>
      {onPress ? (
        <button
          type="button"
          className="card stat"
          aria-pressed={pressed ?? false}
          onClick={onPress}
        >
          {inside}
        </button>
      ) : (
        <div className="card stat" role="group" aria-label={label}>
          {inside}
        </div>
      )}
    </Hint>
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

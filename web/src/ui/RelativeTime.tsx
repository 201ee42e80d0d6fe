import { formatDateTime, formatRelative } from './format'
import { useNow } from './now'

/** A near instant in words, with the exact one on hover. */
export function RelativeTime({ at }: { at: string }) {
  const now = useNow()
  return (
    <time dateTime={at} title={formatDateTime(at)}>
      {formatRelative(at, now)}
    </time>
  )
}

import { plural } from '../../ui/format'

/** `7500` is `7.5 ms`; an upper bound, so never more exact than it is. */
export function inTime(microseconds: number): string {
  const [value, unit] =
    microseconds >= 1_000_000
      ? [microseconds / 1_000_000, 's']
      : microseconds >= 1_000
        ? [microseconds / 1_000, 'ms']
        : [microseconds, 'µs']
  return `${value.toLocaleString('en-GB', { maximumFractionDigits: 1 })} ${unit}`
}

export function inMilliseconds(milliseconds: number): string {
  return inTime(Math.round(milliseconds * 1_000))
}

/** How long something has been so, as coarse as people say it. */
export function inWords(seconds: number): string {
  if (seconds < 60) return plural(Math.round(seconds), 'second')
  if (seconds < 3_600) return plural(Math.round(seconds / 60), 'minute')
  if (seconds < 48 * 3_600) return plural(Math.round(seconds / 3_600), 'hour')
  return plural(Math.round(seconds / 86_400), 'day')
}

/** `0.3 %`, and never `0 %` of something. */
export function inPercent(part: number, whole: number): string {
  if (part === 0 || whole === 0) return '0 %'
  const percent = (100 * part) / whole
  return percent < 0.1
    ? 'under 0.1 %'
    : `${percent.toLocaleString('en-GB', { maximumFractionDigits: 1 })} %`
}

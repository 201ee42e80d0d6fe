import { plural } from './number'

const timeZone = 'Europe/London'

const dayParts = new Intl.DateTimeFormat('en-GB', {
  timeZone,
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  year: 'numeric',
})
const clock = new Intl.DateTimeFormat('en-GB', {
  timeZone,
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
})
const isoDay = new Intl.DateTimeFormat('en-CA', { timeZone })

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** `Tue 24 Nov 2026` */
export function formatDate(instant: string | Date): string {
  const part = partsOf(instant)
  return `${part('weekday')} ${part('day')} ${part('month')} ${part('year')}`
}

/** `24 Nov 2026` */
export function formatShortDate(instant: string | Date): string {
  const part = partsOf(instant)
  return `${part('day')} ${part('month')} ${part('year')}`
}

function partsOf(instant: string | Date) {
  const parts = dayParts.formatToParts(new Date(instant))
  return (type: Intl.DateTimeFormatPartTypes) => {
    const value = parts.find((part) => part.type === type)?.value ?? ''
    // Some releases of the locale data write "Sept": all months have three letters here.
    return type === 'month' ? value.slice(0, 3) : value
  }
}

/** The day in London as `2026-11-24`, for date inputs. */
export function londonDay(instant: string | Date): string {
  return isoDay.format(new Date(instant))
}

/** `14:30` */
export function formatTime(instant: string | Date): string {
  return clock.format(new Date(instant))
}

/** `Tue 24 Nov 2026, 14:30` */
export function formatDateTime(instant: string | Date): string {
  return `${formatDate(instant)}, ${formatTime(instant)}`
}

/**
 * Near instants in words (`5 minutes ago`, `yesterday`, `in 3 days`), others as `24 Nov 2026`. A week is the limit.
 * Days are counted on the calendar of London, not as spans of 24 hours.
 */
export function formatRelative(instant: string | Date, now: Date): string {
  const then = new Date(instant)
  const ahead = then.getTime() - now.getTime()
  const span = Math.abs(ahead)
  if (span < MINUTE) return 'just now'
  const inWords = (words: string) => (ahead > 0 ? `in ${words}` : `${words} ago`)
  if (span < HOUR) return inWords(plural(Math.floor(span / MINUTE), 'minute'))
  const days = calendarDays(now, then)
  if (days === 0) return inWords(plural(Math.floor(span / HOUR), 'hour'))
  if (days === 1) return 'tomorrow'
  if (days === -1) return 'yesterday'
  if (Math.abs(days) < 7) return inWords(plural(Math.abs(days), 'day'))
  return formatShortDate(then)
}

function calendarDays(from: Date, to: Date): number {
  const day = (date: Date) => Date.parse(`${isoDay.format(date)}T00:00:00Z`)
  return Math.round((day(to) - day(from)) / DAY)
}

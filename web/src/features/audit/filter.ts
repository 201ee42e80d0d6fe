import type { ListEventsData } from '../../api'
import { day, oneOf, searchParser, word } from '../../components/search'
import { sentence } from '../../ui/format'

export const kinds = ['change', 'access', 'sign_in'] as const

export const kindsInWords: Record<(typeof kinds)[number], string> = {
  change: 'Change',
  access: 'Access',
  sign_in: 'Sign-in',
}

/** The address of the audit page. Days are days of London. */
export const auditSearch = searchParser({
  staff: word,
  action: word,
  kind: oneOf(...kinds),
  customer: word,
  from: day,
  to: day,
  ip: word,
  /** The event that is open at the side. */
  event: word,
})

export type AuditSearch = ReturnType<typeof auditSearch>

/** The address of a report on who looked at whom. */
export const looksSearch = searchParser({ from: day, to: day })

export type LooksSearch = ReturnType<typeof looksSearch>

/** Days of London as the instants between which they lie. */
export function toPeriod({ from, to }: LooksSearch): { from?: string; to?: string } {
  return {
    ...(from === undefined ? {} : { from: startOfDay(from) }),
    ...(to === undefined ? {} : { to: startOfDay(nextDay(to)) }),
  }
}

export function toQuery({
  event,
  from,
  to,
  ...rest
}: AuditSearch): NonNullable<ListEventsData['query']> {
  return {
    ...rest,
    from: from === undefined ? undefined : startOfDay(from),
    to: to === undefined ? undefined : startOfDay(nextDay(to)),
  }
}

const offset = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Europe/London',
  timeZoneName: 'longOffset',
})

/** Midnight of London as an instant. */
export function startOfDay(day: string): string {
  const midnight = new Date(`${day}T00:00:00Z`)
  const name =
    offset.formatToParts(midnight).find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT'
  const hours = Number(/GMT\+0?(\d)/.exec(name)?.[1] ?? 0)
  return new Date(midnight.getTime() - hours * 3_600_000).toISOString()
}

function nextDay(day: string): string {
  const next = new Date(`${day}T00:00:00Z`)
  next.setUTCDate(next.getUTCDate() + 1)
  return next.toISOString().slice(0, 10)
}

/** `customer.updated` as `Customer updated`. */
export function actionInWords(action: string): string {
  return sentence(action.replace('.', ' ').replaceAll('_', ' '))
}

/**
 * Measures, in the browser of whoever works, how fast pages are (LCP, INP and CLS as web.dev/articles/vitals defines them), and tells
 * the server when a page is left: the pattern of its address and the values, nothing of who or whose.
 */
import { countPageTiming, type MetricValue } from '../api'

interface Shift extends PerformanceEntry {
  value: number
  hadRecentInput: boolean
}

interface Interaction extends PerformanceEntry {
  interactionId?: number
}

/** Shifts less than a second apart, and five seconds at most, are one. */
const SHIFT_APART_MS = 1_000
const SHIFTS_MS = 5_000
const MOST = 60_000
const TOLD_WITHIN_MS = 1_000

export interface Visit {
  largest?: number
  slowest?: number
  shifted: number
}

/** The greatest sum of shifts that belong together. */
export function sumShifts(): (at: number, value: number) => number {
  let [first, last, sum, most] = [0, 0, 0, 0]
  return (at, value) => {
    if (at - last > SHIFT_APART_MS || at - first > SHIFTS_MS) [first, sum] = [at, 0]
    last = at
    sum += value
    most = Math.max(most, sum)
    return most
  }
}

export function valuesOf({ largest, slowest, shifted }: Visit): MetricValue[] {
  const all = [
    { metric: 'lcp' as const, value: largest },
    { metric: 'inp' as const, value: slowest },
    // Where nothing else was measured nothing was looked at either.
    { metric: 'cls' as const, value: largest === undefined ? undefined : shifted * 1_000 },
  ]
  return all.flatMap(({ metric, value }) =>
    value === undefined ? [] : [{ metric, value: Math.min(MOST, Math.round(value)) }],
  )
}

/**
 * `pageNow`: the pattern of the address that is shown. Measures for as long as the document lives. Answers what is to be called when
 * another page is shown: the browser has nothing to tell of one that is quick and still.
 */
export function measurePages(pageNow: () => string | undefined): () => void {
  // Only the first page of a document has loaded as a document; on the later ones there are acts to measure.
  let visit: Visit = { shifted: 0 }
  let page = pageNow()
  let add = sumShifts()

  const leave = (next: string | undefined) => {
    const values = valuesOf(visit)
    if (page !== undefined && values.length > 0) tell(page, values)
    visit = { shifted: 0 }
    add = sumShifts()
    page = next
  }
  const turn = () => {
    const next = pageNow()
    if (next !== page) leave(next)
  }

  observe('largest-contentful-paint', (entry) => {
    turn()
    // Of later pages the browser does not tell.
    if (performance.now() - entry.startTime < MOST) visit.largest = entry.startTime
  })
  observe('layout-shift', (entry) => {
    turn()
    const { value, hadRecentInput, startTime } = entry as Shift
    if (!hadRecentInput) visit.shifted = add(startTime, value)
  })
  observe(
    'event',
    (entry) => {
      if ((entry as Interaction).interactionId) {
        visit.slowest = Math.max(visit.slowest ?? 0, entry.duration)
      }
      turn()
    },
    { durationThreshold: 16 },
  )
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') leave(pageNow())
  })
  // What the act that led there cost is told a moment later, and is of the page before.
  return () => setTimeout(turn, TOLD_WITHIN_MS)
}

function observe(type: string, see: (entry: PerformanceEntry) => void, more: object = {}): void {
  if (!PerformanceObserver.supportedEntryTypes.includes(type)) return
  new PerformanceObserver((list) => list.getEntries().forEach(see)).observe({
    type,
    buffered: true,
    ...more,
  })
}

function tell(page: string, values: MetricValue[]): void {
  // Outlives the page; that it is lost now and then changes no figure.
  void countPageTiming({ body: { page, values }, keepalive: true })
}

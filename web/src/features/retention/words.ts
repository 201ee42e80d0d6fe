import type { RuleReport } from '../../api'
import { plural } from '../../ui/format'

/** `13 months`, `6 years`. */
export function monthsInWords(months: number): string {
  return months % 12 === 0 ? plural(months / 12, 'year') : plural(months, 'month')
}

export function inTotal(report: readonly RuleReport[], what: 'due' | 'gone'): number {
  return report.reduce((sum, one) => sum + one[what], 0)
}

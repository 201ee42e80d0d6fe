import type { RetentionRule, RuleReport } from '../../api'
import { plural } from '../../ui/format'

/** `13 months`, `6 years`. */
export function monthsInWords(months: number): string {
  return months % 12 === 0 ? plural(months / 12, 'year') : plural(months, 'month')
}

type Rules = readonly Pick<RetentionRule, 'name' | 'proposes'>[]

/** Whether a rule only says of whom people are to decide. */
export function proposes(rules: Rules, name: string): boolean {
  return rules.some((rule) => rule.name === name && rule.proposes)
}

/** What a run came to: `7 records would go`, `2 records went, 1 customer was proposed for erasure`. */
export function outcomeInWords(run: { dry: boolean; report: readonly RuleReport[] }, rules: Rules) {
  const gone = inTotal(run, rules, false)
  const proposed = inTotal(run, rules, true)
  const records = `${plural(gone, 'record')} ${run.dry ? 'would go' : 'went'}`
  if (proposed === 0) return records
  const be = run.dry ? 'would be' : proposed === 1 ? 'was' : 'were'
  return `${records}, ${plural(proposed, 'customer')} ${be} proposed for erasure`
}

export function inTotal(
  { dry, report }: { dry: boolean; report: readonly RuleReport[] },
  rules: Rules,
  proposed: boolean,
): number {
  return report
    .filter(({ rule }) => proposes(rules, rule) === proposed)
    .reduce((sum, { due, gone }) => sum + (dry ? due : gone), 0)
}

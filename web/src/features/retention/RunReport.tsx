import { Link } from '@tanstack/react-router'
import type { RetentionExample, RetentionRule, RetentionRun, RuleReport } from '../../api'
import { QueryTable, type Column } from '../../components/QueryTable'
import { formatCount, formatDate, formatDateTime } from '../../ui/format'
import { Callout } from '../../ui/states'
import { monthsInWords, outcomeInWords, proposes } from './words'

interface RunReportProps {
  run: RetentionRun
  rules: readonly RetentionRule[]
}

/** What one run came to, rule by rule. */
export default function RunReport({ run, rules }: RunReportProps) {
  const label = run.dry ? 'Last dry run' : 'Last run'
  const by = run.requestedByName ? `asked for by ${run.requestedByName}` : 'by itself'
  const title = (name: string) => rules.find((rule) => rule.name === name)?.title ?? name
  const count = (report: RuleReport) => {
    const number = formatCount(run.dry ? report.due : report.gone)
    return proposes(rules, report.rule) ? `${number} proposed` : number
  }
  const failed = run.report.filter(({ failure }) => failure)
  const withExamples = run.report.filter(({ examples }) => run.dry && examples.length > 0)

  const columns: readonly Column<RuleReport>[] = [
    { id: 'rule', header: 'Rule', cell: ({ rule }) => title(rule) },
    {
      id: 'before',
      header: 'Older than',
      className: 'nowrap',
      cell: ({ before, months }) => <span title={monthsInWords(months)}>{formatDate(before)}</span>,
    },
    {
      id: 'count',
      header: run.dry ? 'Would go' : 'Gone',
      className: 'number',
      cell: count,
    },
    {
      id: 'held',
      header: 'Held',
      className: 'number',
      cell: ({ held }) => (held > 0 ? formatCount(held) : <span className="subtle">0</span>),
    },
  ]

  return (
    <section aria-label={label} className="stack tight">
      <h3 className="small subtle">
        {label}: {formatDateTime(run.finishedAt ?? run.startedAt)}, {by}.{' '}
        {outcomeInWords(run, rules)}.
      </h3>
      {failed.length > 0 ? (
        <Callout tone="error">
          {failed.map(({ rule, failure }) => (
            <p key={rule}>
              {title(rule)} was not carried out to its end: {failure}
            </p>
          ))}
        </Callout>
      ) : null}
      <QueryTable
        label={label}
        columns={columns}
        rows={run.report}
        rowKey={({ rule }) => rule}
        card={(report) => (
          <>
            <div className="row between">
              <span>{title(report.rule)}</span>
              <span>{count(report)}</span>
            </div>
            <p className="muted">
              Older than {formatDate(report.before)}
              {report.held > 0 ? `, ${formatCount(report.held)} held` : ''}
            </p>
          </>
        )}
      />
      {withExamples.length > 0 ? (
        <details>
          <summary>The oldest of what would go</summary>
          <ul className="stack tight">
            {withExamples.map(({ rule, examples }) => (
              <li key={rule}>
                {title(rule)}
                <ul className="small">
                  {examples.map((example) => (
                    <li key={example.id}>
                      <Example example={example} />
                    </li>
                  ))}
                </ul>
              </li>
            ))}
          </ul>
        </details>
      ) : null}
    </section>
  )
}

function Example({ example: { id, customerId, at } }: { example: RetentionExample }) {
  return (
    <>
      {formatDate(at)}: <span className="request-id">{id}</span>
      {customerId ? (
        <>
          {' '}
          <Link to="/admin/customers/$customerId" params={{ customerId }} className="text-link">
            of this customer
          </Link>
        </>
      ) : null}
    </>
  )
}

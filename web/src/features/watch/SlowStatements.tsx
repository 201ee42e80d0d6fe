import { useQuery } from '@tanstack/react-query'
import { asProblem, listSlowStatementsOptions, type SlowStatement } from '../../api'
import { QueryTable, type Column } from '../../components/QueryTable'
import { formatCount } from '../../ui/format'
import { Section } from '../../ui/Section'
import { SkeletonLines } from '../../ui/Skeleton'
import { ErrorState } from '../../ui/states'
import { inMilliseconds } from './words'

const percent = (share: number) =>
  `${share.toLocaleString('en-GB', { maximumFractionDigits: 1 })} %`

/** What the database spends its time on, as it counts that, or else as the process does. */
export function SlowStatements() {
  const query = useQuery(listSlowStatementsOptions())
  const found = query.data
  return (
    <Section title="Slowest statements" flush>
      {query.isError ? (
        <ErrorState failure={asProblem(query.error)} onRetry={() => void query.refetch()} />
      ) : !found ? (
        <div className="section-body">
          <SkeletonLines lines={4} />
        </div>
      ) : (
        <>
          {!found.counted && (
            <p className="section-body muted">
              By the function of the program that asks, as this process has counted since it began.
              PostgreSQL counts by statement with its extension pg_stat_statements, which is not in
              this database; docs/watching.md says how to have it.
            </p>
          )}
          <QueryTable
            label="Slowest statements"
            columns={columnsOf(found.counted)}
            rows={found.statements}
            rowKey={({ query: text, calls }) => `${calls} ${text}`}
            card={(one) => (
              <>
                <code className="breakable">{one.query}</code>
                <p className="muted">
                  {percent(one.share)} of the time, {formatCount(one.calls)} times,{' '}
                  {inMilliseconds(one.meanMs)} each
                </p>
              </>
            )}
          />
        </>
      )}
    </Section>
  )
}

const columnsOf = (counted: boolean): Column<SlowStatement>[] => [
  {
    id: 'query',
    header: counted ? 'Statement' : 'Function',
    cell: ({ query }) => <code className="breakable">{query}</code>,
  },
  {
    id: 'share',
    header: 'Of the time',
    className: 'number',
    cell: ({ share }) => percent(share),
  },
  { id: 'calls', header: 'Times', className: 'number', cell: ({ calls }) => formatCount(calls) },
  {
    id: 'mean',
    header: 'Each',
    className: 'number',
    cell: ({ meanMs }) => inMilliseconds(meanMs),
  },
]

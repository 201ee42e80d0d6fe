import { NativeSelect } from '@chakra-ui/react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Gauge } from 'lucide-react'
import { useState } from 'react'
import {
  asProblem,
  readResponseTimesOptions,
  type FailedRequest,
  type OperationTimes,
  type ReadResponseTimesData,
} from '../../api'
import { QueryTable, type Column } from '../../components/QueryTable'
import { formatCount, formatDateTime, formatTime, plural } from '../../ui/format'
import { Section } from '../../ui/Section'
import { SkeletonLines } from '../../ui/Skeleton'
import { EmptyState, ErrorState, RequestId } from '../../ui/states'
import { inPercent, inTime } from './words'

type TimesOver = NonNullable<NonNullable<ReadResponseTimesData['query']>['over']>

const REFRESH_MS = 60_000
const FIRST = 15

/** How long answers took and how many failed, by operation, over all processes. */
export function ResponseTimes() {
  const [over, setOver] = useState<TimesOver>('hour')
  const [whole, setWhole] = useState(false)
  const query = useQuery({
    ...readResponseTimesOptions({ query: { over } }),
    refetchInterval: REFRESH_MS,
    placeholderData: keepPreviousData,
  })
  const times = query.data
  const operations = whole ? times?.operations : times?.operations.slice(0, FIRST)
  const more = (times?.operations.length ?? 0) - FIRST

  return (
    <Section
      title="Response times"
      flush
      actions={
        <NativeSelect.Root size="sm" width="auto">
          <NativeSelect.Field
            aria-label="Response times over"
            value={over}
            onChange={({ target }) => setOver(target.value === 'day' ? 'day' : 'hour')}
          >
            <option value="hour">Last hour</option>
            <option value="day">Last day</option>
          </NativeSelect.Field>
          <NativeSelect.Indicator />
        </NativeSelect.Root>
      }
    >
      {query.isError && !times ? (
        <ErrorState failure={asProblem(query.error)} onRetry={() => void query.refetch()} />
      ) : !times ? (
        <div className="section-body">
          <SkeletonLines lines={8} />
        </div>
      ) : times.operations.length === 0 ? (
        <EmptyState icon={Gauge} title="Nothing was measured yet">
          Each process writes down what it measured once a minute. Come back in a moment.
        </EmptyState>
      ) : (
        <>
          <div className="section-body">
            <p>
              {plural(times.requests, 'request')} since {formatTime(times.since)},{' '}
              {times.failed === 0
                ? 'none failed'
                : `${formatCount(times.failed)} failed (${inPercent(times.failed, times.requests)})`}
              .{' '}
              <span className="muted">
                Times are the upper bounds that so many answers began within; refusals are not
                failures.
              </span>
            </p>
          </div>
          <QueryTable
            label="Response times by operation"
            columns={columns}
            rows={operations}
            rowKey={({ method, route }) => `${method} ${route}`}
            stale={query.isPlaceholderData}
            card={(one) => (
              <>
                <Operation {...one} />
                <p className="muted">
                  {plural(one.requests, 'request')}
                  {one.failed > 0 ? `, ${formatCount(one.failed)} failed` : ''}; half within{' '}
                  {inTime(one.halfUs)}, 95 of 100 within {inTime(one.mostUs)}, 99 within{' '}
                  {inTime(one.nearlyAllUs)}
                </p>
              </>
            )}
          />
          {more > 0 && !whole ? (
            <div className="section-body">
              <button type="button" className="text-link" onClick={() => setWhole(true)}>
                Show {plural(more, 'more operation')}
              </button>
            </div>
          ) : null}
          {times.failures.length > 0 ? <Failures failures={times.failures} /> : null}
        </>
      )}
    </Section>
  )
}

function Operation({ method, route }: { method: string; route: string }) {
  return (
    <code className="breakable">
      {method} {route}
    </code>
  )
}

const columns: Column<OperationTimes>[] = [
  { id: 'operation', header: 'Operation', cell: (one) => <Operation {...one} /> },
  {
    id: 'requests',
    header: 'Requests',
    className: 'number',
    cell: ({ requests }) => formatCount(requests),
  },
  {
    id: 'failed',
    header: 'Failed',
    className: 'number',
    cell: ({ failed }) => formatCount(failed),
  },
  {
    id: 'half',
    header: <span title="p50">Half</span>,
    className: 'number',
    cell: ({ halfUs }) => inTime(halfUs),
  },
  {
    id: 'most',
    header: <span title="p95">95 of 100</span>,
    className: 'number',
    cell: ({ mostUs }) => inTime(mostUs),
  },
  {
    id: 'nearlyAll',
    header: <span title="p99">99 of 100</span>,
    className: 'number',
    cell: ({ nearlyAllUs }) => inTime(nearlyAllUs),
  },
]

function Failures({ failures }: { failures: FailedRequest[] }) {
  return (
    <>
      <div className="section-body">
        <h3>Requests that failed</h3>
        <p className="muted">The latest; the log says more under their ids.</p>
      </div>
      <ul className="card-list" aria-label="Requests that failed">
        {failures.map((one) => (
          <li key={one.requestId}>
            <div className="row between">
              <Operation {...one} />
              <span className="subtle small">
                {one.status}, {formatDateTime(one.at)}
              </span>
            </div>
            <RequestId id={one.requestId} />
          </li>
        ))}
      </ul>
    </>
  )
}

import { Button } from '@chakra-ui/react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { asProblem, readDataRequestScopeOptions, type DataRequestCase } from '../../api'
import { ExportBadge } from '../../components/export-state'
import { formatCount, formatDateTime, formatSize, plural } from '../../ui/format'
import { Section } from '../../ui/Section'
import { SkeletonLines } from '../../ui/Skeleton'
import { ErrorState } from '../../ui/states'

const isAboutACopy = ({ kind }: DataRequestCase) => kind === 'access' || kind === 'portability'

/** What a copy would hold, counted when somebody wants to know: each count is a read of personal data. */
export function ScopeSection({ request }: { request: DataRequestCase }) {
  const [counting, setCounting] = useState(false)
  if (!isAboutACopy(request) || !request.customerId || request.outcome) return null
  return (
    <Section
      title="What a copy would hold"
      flush={counting}
      actions={
        <Button
          size="xs"
          variant="outline"
          aria-expanded={counting}
          onClick={() => setCounting(!counting)}
        >
          {counting ? 'Hide' : 'Count'}
        </Button>
      }
    >
      {counting ? (
        <Scope requestId={request.id} />
      ) : (
        <p className="muted">
          Counts what there is about this customer, by kind, before the answer is prepared.
        </p>
      )}
    </Section>
  )
}

function Scope({ requestId }: { requestId: string }) {
  const { data, isError, error, refetch } = useQuery(
    readDataRequestScopeOptions({ path: { id: requestId } }),
  )
  if (isError && !data) {
    return <ErrorState failure={asProblem(error)} onRetry={() => void refetch()} />
  }
  if (!data) {
    return (
      <div className="section-body">
        <SkeletonLines lines={4} />
      </div>
    )
  }
  const held = data.sections.filter(({ rows }) => rows > 0)
  return (
    <table className="scope" aria-label="What a copy would hold">
      <thead>
        <tr>
          <th scope="col">Kind, as the customer reads it</th>
          <th scope="col" className="number">
            Records
          </th>
        </tr>
      </thead>
      <tbody>
        {held.map(({ name, title, rows }) => (
          <tr key={name}>
            <td>{title}</td>
            <td className="number">{formatCount(rows)}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">
            In all; nothing of {plural(data.sections.length - held.length, 'other kind')}
          </th>
          <td className="number">{formatCount(data.rows)}</td>
        </tr>
      </tfoot>
    </table>
  )
}

/** The copies that were made to answer the request, and what became of each. */
export function DeliveredCopies({ request }: { request: DataRequestCase }) {
  if (request.exports.length === 0) return null
  return (
    <Section title="Copies sent" flush>
      <ul className="card-list" aria-label="Copies sent">
        {request.exports.map((one) => (
          <li key={one.id}>
            <div className="row between">
              <ExportBadge state={one.state} />
              <span className="subtle small">Asked for by {one.requestedByName}</span>
            </div>
            <p className="small">
              {one.state === 'fetched' && one.endedAt
                ? `Fetched ${formatDateTime(one.endedAt)}.`
                : one.state === 'ready'
                  ? `Made ${formatDateTime(one.madeAt ?? one.requestedAt)}; can be fetched until ${formatDateTime(one.expiresAt)}.`
                  : one.state === 'asked'
                    ? 'The link goes out when it is made.'
                    : one.remark}{' '}
              {typeof one.rows === 'number' && typeof one.size === 'number'
                ? `${plural(one.rows, 'record')}, ${formatSize(one.size)}.`
                : null}
            </p>
            {one.sha256 ? (
              <p className="small muted">
                SHA-256 <span className="hash">{one.sha256}</span>
              </p>
            ) : null}
          </li>
        ))}
      </ul>
    </Section>
  )
}

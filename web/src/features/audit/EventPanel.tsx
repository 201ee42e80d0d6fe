import { Text } from '@chakra-ui/react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { asProblem, readEventOptions, type AuditEventDetail } from '../../api'
import { roleInWords } from '../../components/permissions'
import { device, formatDateTime, humanise } from '../../ui/format'
import { Facts } from '../../ui/Section'
import Sheet from '../../ui/Sheet'
import { SkeletonLines } from '../../ui/Skeleton'
import { ErrorState, RequestId } from '../../ui/states'
import { actionInWords, kindsInWords } from './filter'

/** One event with the values before and after. */
export default function EventPanel({ eventId, onClose }: { eventId: string; onClose: () => void }) {
  const query = useQuery({ ...readEventOptions({ path: { id: eventId } }), staleTime: Infinity })
  const event = query.data
  return (
    <Sheet title={event ? actionInWords(event.action) : 'Event'} onClose={onClose}>
      {event ? (
        <EventFacts event={event} />
      ) : query.isError ? (
        <ErrorState failure={asProblem(query.error)} onRetry={() => void query.refetch()} />
      ) : (
        <SkeletonLines lines={10} />
      )}
    </Sheet>
  )
}

function EventFacts({ event }: { event: AuditEventDetail }) {
  return (
    <div className="stack">
      <Facts
        facts={[
          ['When', formatDateTime(event.at)],
          ['Kind', kindsInWords[event.kind]],
          [
            'Who',
            event.staffName ?? (event.actorKind === 'system' ? 'The system' : 'Not signed in'),
          ],
          ['API key', event.viaKey],
          ['Role then', event.role ? roleInWords(event.role) : undefined],
          [
            'Customer',
            event.customerId ? (
              <Link
                to="/admin/customers/$customerId"
                params={{ customerId: event.customerId }}
                className="text-link"
                dir="auto"
              >
                {event.customerName ?? 'Customer'}
              </Link>
            ) : undefined,
          ],
          ['Subject', event.subjectType ? humanise(event.subjectType) : undefined],
          ['Records', event.itemCount],
          ['Address', event.ip],
          [
            'Device',
            event.userAgent ? (
              <span title={event.userAgent}>{device(event.userAgent)}</span>
            ) : undefined,
          ],
        ]}
      />
      <RequestId id={event.requestId ?? undefined} />
      {event.values !== 'kept' && <Gone values={event.values} />}
      <Changes before={event.before ?? undefined} after={event.after ?? undefined} />
      <Values title="Filter" values={event.filter ?? undefined} />
      <Values title="Details" values={event.details} />
    </div>
  )
}

function Gone({ values }: { values: 'erased' | 'unreadable' }) {
  return (
    <Text color="fg.muted" mt="4">
      {values === 'erased'
        ? 'Erased: what was changed or searched for can no longer be read. That it happened stays on record.'
        : 'Unreadable: these values were encrypted with a vault key that this server does not have.'}
    </Text>
  )
}

type Fields = Readonly<Record<string, unknown>>

function Changes({ before, after }: { before: Fields | undefined; after: Fields | undefined }) {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])]
  if (names.length === 0) return null
  return (
    <>
      <h3>Values</h3>
      <table className="diff">
        <thead>
          <tr>
            <th scope="col">Field</th>
            <th scope="col">Before</th>
            <th scope="col">After</th>
          </tr>
        </thead>
        <tbody>
          {names.map((name) => (
            <tr key={name}>
              <th scope="row">{fieldInWords(name)}</th>
              <td>{words(before?.[name])}</td>
              <td>{words(after?.[name])}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  )
}

function Values({ title, values }: { title: string; values: Fields | undefined }) {
  const entries = Object.entries(values ?? {})
  if (entries.length === 0) return null
  return (
    <>
      <h3>{title}</h3>
      <Facts facts={entries.map(([name, value]) => [fieldInWords(name), words(value)] as const)} />
    </>
  )
}

/** `emailVerified` as `Email verified`. */
function fieldInWords(name: string): string {
  return humanise(name.replace(/([a-z])([A-Z])/g, '$1 $2'))
}

function words(value: unknown): string {
  if (value === undefined || value === null || value === '') return '–'
  if (typeof value === 'boolean') return value ? 'Yes' : 'No'
  if (Array.isArray(value)) return value.map(words).join(', ')
  return typeof value === 'string' || typeof value === 'number'
    ? String(value)
    : JSON.stringify(value)
}

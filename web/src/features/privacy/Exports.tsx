import { useQuery, useQueryClient } from '@tanstack/react-query'
import { FileArchive } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import {
  actForCustomer,
  asProblem,
  listExportsOptions,
  newIdempotencyKey,
  type AskedExport,
  type PersonalExport,
} from '../../api'
import { confirm } from '../../components/confirm'
import { useMe } from '../../components/me'
import { useBlocked } from '../../components/permissions'
import { refreshCustomer } from '../../components/refresh-customer'
import { toastProblem } from '../../components/toast'
import { ActButton } from '../../ui/ActButton'
import { formatDateTime, formatSize, plural } from '../../ui/format'
import { RelativeTime } from '../../ui/RelativeTime'
import { Section } from '../../ui/Section'
import { SkeletonLines } from '../../ui/Skeleton'
import { ErrorState } from '../../ui/states'
import { ExportBadge } from '../../components/export-state'

const loadDialog = () => import('../../components/ExportLinkDialog')
const ExportLinkDialog = lazy(loadDialog)

/** Copies of everything about one customer: making one, and what became of those before. */
export function Exports({ customerId }: { customerId: string }) {
  const mayRead = useMe().permissions.includes('data_request.read')
  const query = useQuery({
    ...listExportsOptions({ path: { id: customerId } }),
    enabled: mayRead,
  })
  const blocked = useBlocked()('export.make', query.data?.mayExport)
  const [asked, setAsked] = useState<AskedExport>()
  const make = useMakeExport(customerId, setAsked)
  if (!mayRead) return null
  const exports = query.data?.exports
  return (
    <Section
      title="Copies of everything"
      flush
      actions={
        <ActButton
          size="xs"
          variant="outline"
          blocked={blocked}
          onPointerEnter={() => void loadDialog()}
          onClick={() => void make()}
        >
          <FileArchive aria-hidden="true" />
          Make a copy
        </ActButton>
      }
    >
      {query.isError && !exports ? (
        <ErrorState failure={asProblem(query.error)} onRetry={() => void query.refetch()} />
      ) : !exports ? (
        <div className="section-body">
          <SkeletonLines lines={2} />
        </div>
      ) : exports.length === 0 ? (
        <p className="section-body muted">
          None made yet. A copy holds everything we know about this customer, in a form that they
          can read and take elsewhere.
        </p>
      ) : (
        <ul className="card-list" aria-label="Copies of everything">
          {exports.map((one) => (
            <ExportRow key={one.id} export={one} />
          ))}
        </ul>
      )}
      <Suspense fallback={null}>
        {asked ? (
          <ExportLinkDialog
            export={asked.export}
            link={asked.link}
            onClose={() => setAsked(undefined)}
          />
        ) : null}
      </Suspense>
    </Section>
  )
}

function useMakeExport(customerId: string, onAsked: (asked: AskedExport) => void) {
  const queryClient = useQueryClient()
  const [making, setMaking] = useState(false)
  return async () => {
    if (making) return
    const agreed = await confirm({
      title: 'Make a copy of everything about this customer?',
      body: 'It holds all their data. You get a link to it that works once, without signing in, for whoever has it. A link that was made before and not used ends.',
      act: 'Make the copy',
    })
    if (!agreed) return
    setMaking(true)
    try {
      const { data } = await actForCustomer({
        path: { id: customerId },
        headers: { 'idempotency-key': newIdempotencyKey() },
        body: { action: 'export_data' },
        throwOnError: true,
      })
      if (data.asked) onAsked(data.asked)
    } catch (error) {
      toastProblem(error)
    } finally {
      setMaking(false)
      await refreshCustomer(queryClient, customerId)
    }
  }
}

function ExportRow({ export: one }: { export: PersonalExport }) {
  return (
    <li>
      <div className="row between">
        <ExportBadge state={one.state} />
        <span className="subtle small">
          <RelativeTime at={one.endedAt ?? one.madeAt ?? one.requestedAt} />
        </span>
      </div>
      <p className="small">
        Asked for by {one.requestedByName}
        {one.dataRequestId ? ', to answer a data request' : ''}.{detailInWords(one)}
      </p>
      {one.remark ? <p className="small">{one.remark}</p> : null}
    </li>
  )
}

/** What there is to say beside the state; begins with a space. */
function detailInWords({ state, rows, size, expiresAt }: PersonalExport): string {
  const content =
    typeof rows === 'number' && typeof size === 'number'
      ? ` ${plural(rows, 'record')}, ${formatSize(size)}.`
      : ''
  switch (state) {
    case 'asked':
      return ' This takes a few seconds, or minutes where there is much.'
    case 'ready':
      return `${content} Its link works until ${formatDateTime(expiresAt)}; it was shown to who asked. If it is lost, make another copy.`
    case 'fetched':
      return `${content} What the link led to is destroyed.`
    case 'expired':
    case 'failed':
      return content
  }
}

import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { asProblem, listRefundReasonsOptions, type RefundReason } from '../../api'
import { useBlocked } from '../../components/permissions'
import { QueryTable, type Column } from '../../components/QueryTable'
import { ActButton } from '../../ui/ActButton'
import { ErrorState } from '../../ui/states'

const ReasonDialog = lazy(() => import('./dialogs/ReasonDialog'))

/** Why money may go back. A retired reason stays on the refunds that name it. */
export function Reasons() {
  const query = useQuery(listRefundReasonsOptions())
  const [editing, setEditing] = useState<RefundReason>()
  if (query.isError && !query.data) {
    return <ErrorState failure={asProblem(query.error)} onRetry={() => void query.refetch()} />
  }
  return (
    <>
      <QueryTable
        label="Refund reasons"
        columns={[
          ...columns,
          {
            id: 'change',
            header: <span className="visually-hidden">Actions</span>,
            className: 'narrow',
            cell: (reason) => <Change reason={reason} onChange={setEditing} />,
          },
        ]}
        rows={query.data}
        rowKey={({ code }) => code}
        card={(reason) => (
          <>
            <div className="row between">
              <span dir="auto">{reason.title}</span>
              <Change reason={reason} onChange={setEditing} />
            </div>
            <p className="muted">
              {noteInWords(reason)}, {stateInWords(reason).toLowerCase()}
            </p>
          </>
        )}
        skeletonRows={8}
      />
      <Suspense fallback={null}>
        {editing ? <ReasonDialog reason={editing} onClose={() => setEditing(undefined)} /> : null}
      </Suspense>
    </>
  )
}

const noteInWords = ({ needsNote }: RefundReason) => (needsNote ? 'Needs a note' : 'No note needed')
const stateInWords = ({ retired }: RefundReason) => (retired ? 'Retired' : 'Offered')

const columns: readonly Column<RefundReason>[] = [
  { id: 'title', header: 'Reason', cell: ({ title }) => <span dir="auto">{title}</span> },
  { id: 'note', header: 'Note', className: 'nowrap', cell: noteInWords },
  { id: 'state', header: 'State', className: 'nowrap', cell: stateInWords },
]

function Change(props: { reason: RefundReason; onChange: (reason: RefundReason) => void }) {
  const blocked = useBlocked()
  return (
    <ActButton
      size="xs"
      variant="outline"
      aria-label={`Change ${props.reason.title}`}
      blocked={blocked('limit.manage')}
      onClick={() => props.onChange(props.reason)}
    >
      Change
    </ActButton>
  )
}

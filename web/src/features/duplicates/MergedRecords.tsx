import { useQuery } from '@tanstack/react-query'
import { Undo2 } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { listMergesOptions, readCustomerOptions, type Merge } from '../../api'
import { useBlocked } from '../../components/permissions'
import { ActButton } from '../../ui/ActButton'
import { formatDateTime } from '../../ui/format'
import { Section } from '../../ui/Section'
import { movesInWords } from './words'

const loadUndo = () => import('./UndoDialog')
const UndoDialog = lazy(loadUndo)

/** Which records became part of this one; nothing where none did. */
export default function MergedRecords({ customerId }: { customerId: string }) {
  const { data: customer } = useQuery(readCustomerOptions({ path: { id: customerId } }))
  const { data } = useQuery({
    ...listMergesOptions({ path: { id: customerId } }),
    enabled: customer?.hasMerges === true,
  })
  const blocked = useBlocked()
  const [undoing, setUndoing] = useState<Merge>()
  if (!customer?.hasMerges || !data) return null
  return (
    <Section title="Merged records">
      <ul className="stack" aria-label="Merged records">
        {data.merges.map((merge) => (
          <li key={merge.id} className="row between">
            <div>
              <p>
                <strong dir="auto">{merge.mergedName}</strong>{' '}
                {merge.undoneAt ? <span className="subtle">(undone)</span> : null}
              </p>
              <p className="small subtle">
                Merged by {merge.mergedByName}, {formatDateTime(merge.mergedAt)}:{' '}
                <span dir="auto">{merge.reason}</span>. Moved: {movesInWords(merge.moved)}.
              </p>
              {merge.undoneAt ? (
                <p className="small subtle">
                  Undone by {merge.undoneByName}, {formatDateTime(merge.undoneAt)}:{' '}
                  <span dir="auto">{merge.undoReason}</span>
                </p>
              ) : null}
            </div>
            {merge.undoneAt ? null : (
              <ActButton
                size="xs"
                variant="outline"
                aria-label={`Undo the merge of ${merge.mergedName}`}
                blocked={blocked('customer.merge', merge.undo)}
                onPointerEnter={() => void loadUndo()}
                onClick={() => setUndoing(merge)}
              >
                <Undo2 aria-hidden="true" />
                Undo
              </ActButton>
            )}
          </li>
        ))}
      </ul>
      <Suspense fallback={null}>
        {undoing ? <UndoDialog merge={undoing} onClose={() => setUndoing(undefined)} /> : null}
      </Suspense>
    </Section>
  )
}

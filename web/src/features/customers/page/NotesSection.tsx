import { useQueryClient } from '@tanstack/react-query'
import { Ellipsis, Pencil, Pin, Plus, Trash2 } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import type { CustomerPage, Note } from '../../../api'
import { useMe } from '../../../components/me'
import { useBlocked } from '../../../components/permissions'
import { ActButton } from '../../../ui/ActButton'
import { Badge } from '../../../ui/Badge'
import { MenuButton, useSharedMenu } from '../../../ui/menu'
import { RelativeTime } from '../../../ui/RelativeTime'
import { Section } from '../../../ui/Section'
import { SkeletonLines } from '../../../ui/Skeleton'
import { removingNote } from '../notes'
import { PENDING, undo } from '../optimistic'

const loadNote = () => import('../dialogs/NoteDialog')
const NoteDialog = lazy(loadNote)

/** Pinned notes first, then the newest. */
export function NotesSection({
  customerId,
  customer,
}: {
  customerId: string
  customer: CustomerPage | undefined
}) {
  const queryClient = useQueryClient()
  const me = useMe()
  const blocked = useBlocked()
  const shared = useSharedMenu()
  const [dialog, setDialog] = useState<'new' | Note>()
  const notes = customer?.notes.toSorted((a, b) => Number(b.pinned) - Number(a.pinned))
  const mayNot = blocked('note.write', customer?.actions.writeNotes)

  const remove = (note: Note) =>
    undo(queryClient, removingNote(queryClient, customerId, me.name), note)

  return (
    <Section
      title="Notes"
      actions={
        <ActButton
          size="xs"
          variant="outline"
          blocked={mayNot}
          onPointerEnter={() => void loadNote()}
          onClick={() => setDialog('new')}
        >
          <Plus aria-hidden="true" />
          Add note
        </ActButton>
      }
    >
      {!notes ? <SkeletonLines lines={2} /> : null}
      {notes?.length === 0 ? (
        <p className="muted">No notes yet. Write down what the next colleague should know.</p>
      ) : null}
      <ul className="stack">
        {notes?.map((note) => (
          <li key={note.id} className="note">
            <div className="note-text">
              <p className="pre-line" dir="auto">
                {note.body}
              </p>
              <p className="row tight subtle small">
                {note.pinned ? (
                  <Badge tone="accent" icon={Pin}>
                    Pinned
                  </Badge>
                ) : null}
                <span>
                  {note.authorName ?? 'Somebody'}, <RelativeTime at={note.createdAt} />
                </span>
              </p>
            </div>
            {note.id === PENDING ? null : (
              <MenuButton
                label={`Actions for the note of ${note.authorName ?? 'somebody'}`}
                shared={shared}
                acts={() => [
                  {
                    id: 'edit',
                    label: 'Edit',
                    icon: Pencil,
                    blocked: mayNot,
                    onSelect: () => setDialog(note),
                  },
                  {
                    id: 'remove',
                    label: 'Remove',
                    icon: Trash2,
                    blocked: mayNot,
                    destructive: true,
                    onSelect: () => void remove(note),
                  },
                ]}
              >
                <Ellipsis size={18} aria-hidden="true" />
              </MenuButton>
            )}
          </li>
        ))}
      </ul>
      {shared.menu}
      <Suspense fallback={null}>
        {dialog ? (
          <NoteDialog
            customerId={customerId}
            note={dialog === 'new' ? undefined : dialog}
            onClose={() => setDialog(undefined)}
          />
        ) : null}
      </Suspense>
    </Section>
  )
}

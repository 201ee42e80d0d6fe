import type { QueryClient } from '@tanstack/react-query'
import { createNote, deleteNote, updateNote, type Note } from '../../api'
import { toastDone } from '../../components/toast'
import { optimistic, PENDING, undo, type Optimistic } from './optimistic'

type Words = Pick<Note, 'body' | 'pinned'>

/** Shows the note at once; afterwards it can be undone. */
export function addingNote(
  queryClient: QueryClient,
  customerId: string,
  by: string,
): Optimistic<Note, Words> {
  return {
    ...optimistic(queryClient, customerId, ({ notes }, words: Words) => {
      const now = new Date().toISOString()
      const note = { id: PENDING, ...words, authorName: by, createdAt: now, updatedAt: now }
      return { notes: [{ ...note, version: 0 }, ...notes] }
    }),
    mutationFn: async (body) => {
      const { data } = await createNote({ path: { id: customerId }, body, throwOnError: true })
      return data
    },
    onSuccess: (note) => {
      const back = () => void undo(queryClient, removingNote(queryClient, customerId, by), note)
      toastDone('Note added', back)
    },
  }
}

interface Saving {
  note: Note
  words: Words
  /** The version that was seen. */
  ifMatch: string
}

export function savingNote(queryClient: QueryClient, customerId: string): Optimistic<Note, Saving> {
  return {
    ...optimistic(queryClient, customerId, ({ notes }, { note, words }: Saving) => ({
      notes: notes.map((one) => (one.id === note.id ? { ...one, ...words } : one)),
    })),
    mutationFn: async ({ note, words, ifMatch }) => {
      const { data } = await updateNote({
        path: { id: customerId, noteId: note.id },
        headers: { 'if-match': ifMatch },
        body: words,
        throwOnError: true,
      })
      return data
    },
    onSuccess: (saved, { note: { body, pinned } }) => {
      const before = { note: saved, words: { body, pinned }, ifMatch: `"${saved.version}"` }
      toastDone('Note saved', () => {
        void undo(queryClient, savingNote(queryClient, customerId), before)
      })
    },
  }
}

export function removingNote(
  queryClient: QueryClient,
  customerId: string,
  by: string,
): Optimistic<void, Note> {
  return {
    ...optimistic(queryClient, customerId, ({ notes }, note: Note) => ({
      notes: notes.filter(({ id }) => id !== note.id),
    })),
    mutationFn: async (note) => {
      await deleteNote({ path: { id: customerId, noteId: note.id }, throwOnError: true })
    },
    onSuccess: (_, { body, pinned }) => {
      toastDone('Note removed', () => {
        void undo(queryClient, addingNote(queryClient, customerId, by), { body, pinned })
      })
    },
  }
}

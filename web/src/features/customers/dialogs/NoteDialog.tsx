import { Textarea } from '@chakra-ui/react'
import { zodResolver } from '@hookform/resolvers/zod'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import type { Note } from '../../../api'
import { useConflict } from '../../../components/conflict'
import { requiredText } from '../../../components/form-text'
import { FormDialog } from '../../../components/FormDialog'
import { useMe } from '../../../components/me'
import { FormField } from '../../../ui/Field'
import { addingNote, savingNote } from '../notes'

const schema = z.object({ body: requiredText('the note', 10_000), pinned: z.boolean() })

type Input = z.input<typeof schema>
type Output = z.output<typeof schema>

interface NoteDialogProps {
  customerId: string
  /** Undefined where a new one is written. */
  note: Note | undefined
  onClose: () => void
}

export default function NoteDialog({ customerId, note, onClose }: NoteDialogProps) {
  const queryClient = useQueryClient()
  const form = useForm<Input, unknown, Output>({
    resolver: zodResolver(schema),
    defaultValues: { body: note?.body ?? '', pinned: note?.pinned ?? false },
  })
  const { errors } = form.formState
  const conflict = useConflict(note?.version ?? 0, () => [
    {
      name: 'body',
      label: 'Note',
      mine: form.getValues('body'),
      take: (theirs) =>
        form.setValue('body', typeof theirs === 'string' ? theirs : '', { shouldDirty: true }),
    },
  ])

  const me = useMe()
  const add = useMutation(addingNote(queryClient, customerId, me.name))
  const change = useMutation(savingNote(queryClient, customerId))
  const save = (words: Output) =>
    note ? change.mutateAsync({ note, words, ifMatch: conflict.ifMatch }) : add.mutateAsync(words)

  return (
    <FormDialog
      title={note ? 'Edit note' : 'New note'}
      act={note ? 'Save changes' : 'Add note'}
      form={form}
      onSubmit={save}
      onProblem={conflict.onProblem}
      onClose={onClose}
    >
      {conflict.notice}
      <FormField
        label="Note"
        error={errors.body?.message}
        help="The customer may ask to see what is written here."
      >
        <Textarea rows={6} dir="auto" {...form.register('body')} />
      </FormField>
      <label className="check">
        <input type="checkbox" {...form.register('pinned')} />
        <span>Pin to the top of the overview</span>
      </label>
    </FormDialog>
  )
}

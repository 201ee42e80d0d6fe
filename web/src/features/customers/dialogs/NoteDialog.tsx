import { Textarea } from '@chakra-ui/react'
import { zodResolver } from '@hookform/resolvers/zod'
import { useQueryClient } from '@tanstack/react-query'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import { createNote, updateNote, type Note } from '../../../api'
import { useConflict } from '../../../components/conflict'
import { requiredText } from '../../../components/form-text'
import { FormDialog } from '../../../components/FormDialog'
import { toastDone } from '../../../components/toast'
import { FormField } from '../../../ui/Field'
import { refreshCustomer } from '../../../components/refresh-customer'

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

  const save = async (body: Output) => {
    if (note) {
      await updateNote({
        path: { id: customerId, noteId: note.id },
        headers: { 'if-match': conflict.ifMatch },
        body,
        throwOnError: true,
      })
    } else {
      await createNote({ path: { id: customerId }, body, throwOnError: true })
    }
    void refreshCustomer(queryClient, customerId)
    toastDone(note ? 'Note saved' : 'Note added')
  }

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

import { Input } from '@chakra-ui/react'
import { zodResolver } from '@hookform/resolvers/zod'
import { useQueryClient } from '@tanstack/react-query'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import { FormDialog } from '../../../components/FormDialog'
import { optionalText } from '../../../components/form-text'
import { FormField } from '../../../ui/Field'
import { archive, type Named } from '../archive'

const REASON_LENGTH = 500

const schema = z.object({ reason: optionalText(REASON_LENGTH) })

/** Names the consequence, archives, and offers the way back. */
export default function ArchiveDialog({
  customer,
  onClose,
}: {
  customer: Named
  onClose: () => void
}) {
  const queryClient = useQueryClient()
  const form = useForm<z.input<typeof schema>, unknown, z.output<typeof schema>>({
    resolver: zodResolver(schema),
    defaultValues: { reason: '' },
  })
  const { name, email } = customer
  return (
    <FormDialog
      title={`Archive ${name}?`}
      act="Archive"
      busy="Archiving…"
      destructive
      form={form}
      onSubmit={({ reason }) => archive(queryClient, customer, reason)}
      onClose={onClose}
    >
      <p>
        {name} disappears from lists and search
        {email ? `, and ${email} becomes free for a new customer` : ''}. Everything is kept and can
        be restored.
      </p>
      <FormField
        label="Why"
        optional
        error={form.formState.errors.reason?.message}
        help="Shown on the page and in the trash while they are archived."
      >
        <Input autoComplete="off" dir="auto" {...form.register('reason')} />
      </FormField>
    </FormDialog>
  )
}

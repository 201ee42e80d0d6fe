import { Input, NativeSelect, Textarea } from '@chakra-ui/react'
import { zodResolver } from '@hookform/resolvers/zod'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import type { CustomerPage, Flag } from '../../../api'
import { optionalText, requiredText } from '../../../components/form-text'
import { FormDialog } from '../../../components/FormDialog'
import { useMe } from '../../../components/me'
import { FlagBadge, flagWord } from '../../../components/status'
import { FormField } from '../../../ui/Field'
import { londonDay } from '../../../ui/format'
import { useNow } from '../../../ui/now'
import { addingFlag, flagKinds, removingFlag } from '../flags'

const REASON_LENGTH = 500

const adding = z.object({
  kind: z.pipe(z.string(), z.enum(flagKinds, 'Choose a kind')),
  reason: requiredText('the reason', REASON_LENGTH),
  notes: optionalText(2000),
  expiresOn: optionalText(10),
})

type AddInput = z.input<typeof adding>
type AddOutput = z.output<typeof adding>

interface DialogProps {
  customer: CustomerPage
  onClose: () => void
}

export function AddFlag({ customer, onClose }: DialogProps) {
  const queryClient = useQueryClient()
  const me = useMe()
  const today = londonDay(useNow())
  const add = useMutation(addingFlag(queryClient, customer.id, me.name))
  const form = useForm<AddInput, unknown, AddOutput>({
    resolver: zodResolver(adding),
    defaultValues: { kind: '', reason: '', notes: '', expiresOn: '' },
  })
  const { errors } = form.formState
  const taken = new Set(customer.openFlags.map(({ kind }) => kind))

  return (
    <FormDialog
      title={`Flag ${customer.name}`}
      act="Add flag"
      form={form}
      onSubmit={(values) => add.mutateAsync(values)}
      onClose={onClose}
    >
      <FormField label="Kind" error={errors.kind?.message}>
        <NativeSelect.Root>
          <NativeSelect.Field {...form.register('kind')}>
            <option value="">Choose a kind</option>
            {flagKinds.map((kind) => (
              <option key={kind} value={kind} disabled={taken.has(kind)}>
                {taken.has(kind) ? `${flagWord(kind)} (flagged already)` : flagWord(kind)}
              </option>
            ))}
          </NativeSelect.Field>
          <NativeSelect.Indicator />
        </NativeSelect.Root>
      </FormField>
      <FormField
        label="Reason"
        error={errors.reason?.message}
        help="Everybody who opens this customer sees it."
      >
        <Input autoComplete="off" dir="auto" {...form.register('reason')} />
      </FormField>
      <FormField label="Notes" optional error={errors.notes?.message}>
        <Textarea rows={3} dir="auto" {...form.register('notes')} />
      </FormField>
      <FormField
        label="Last day"
        optional
        error={errors.expiresOn?.message}
        help="The flag counts until the end of this day. Without one it stays until somebody removes it."
      >
        <Input type="date" min={today} {...form.register('expiresOn')} />
      </FormField>
    </FormDialog>
  )
}

const removing = z.object({ reason: requiredText('why it goes', REASON_LENGTH) })

type RemoveValues = z.infer<typeof removing>

export function RemoveFlag({ customer, flag, onClose }: DialogProps & { flag: Flag }) {
  const queryClient = useQueryClient()
  const me = useMe()
  const remove = useMutation(removingFlag(queryClient, customer.id, me.name))
  const form = useForm<RemoveValues, unknown, RemoveValues>({
    resolver: zodResolver(removing),
    defaultValues: { reason: '' },
  })
  return (
    <FormDialog
      title={`Remove flag from ${customer.name}`}
      act="Remove flag"
      form={form}
      onSubmit={({ reason }) => remove.mutateAsync({ flag, reason })}
      onClose={onClose}
    >
      <p className="row tight">
        <FlagBadge kind={flag.kind} />
        <span dir="auto">{flag.reason}</span>
      </p>
      <FormField
        label="Why it goes"
        error={form.formState.errors.reason?.message}
        help="Kept in the history of flags."
      >
        <Input autoComplete="off" dir="auto" {...form.register('reason')} />
      </FormField>
    </FormDialog>
  )
}

import { Textarea } from '@chakra-ui/react'
import { zodResolver } from '@hookform/resolvers/zod'
import { useQueryClient } from '@tanstack/react-query'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import { dismissDuplicate, type DuplicatePair } from '../../api'
import { requiredText } from '../../components/form-text'
import { FormDialog } from '../../components/FormDialog'
import { toastDone } from '../../components/toast'
import { FormField } from '../../ui/Field'
import { refreshDuplicates } from './refresh'

const REASON_LENGTH = 500
const schema = z.object({ reason: requiredText('a reason', REASON_LENGTH) })

/** Two people after all. */
export default function DismissDialog(props: { pair: DuplicatePair; onClose: () => void }) {
  const { one, other } = props.pair
  const queryClient = useQueryClient()
  const form = useForm<z.infer<typeof schema>>({
    resolver: zodResolver(schema),
    defaultValues: { reason: '' },
  })
  const submit = async ({ reason }: z.infer<typeof schema>) => {
    await dismissDuplicate({
      body: { oneId: one.id, otherId: other.id, reason },
      throwOnError: true,
    })
    toastDone('Not shown as duplicates any more')
    void refreshDuplicates(queryClient)
  }
  return (
    <FormDialog
      title="Not the same person"
      act="Not the same person"
      form={form}
      onSubmit={submit}
      onClose={props.onClose}
    >
      <p>
        <span dir="auto">{one.name}</span> and <span dir="auto">{other.name}</span> are not shown as
        duplicates again, until they share something that they do not share now.
      </p>
      <FormField label="How we know" error={form.formState.errors.reason?.message}>
        <Textarea rows={2} dir="auto" {...form.register('reason')} />
      </FormField>
    </FormDialog>
  )
}

import { Textarea } from '@chakra-ui/react'
import { zodResolver } from '@hookform/resolvers/zod'
import { useQueryClient } from '@tanstack/react-query'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import { undoMerge, type Merge } from '../../api'
import { requiredText } from '../../components/form-text'
import { FormDialog } from '../../components/FormDialog'
import { refreshCustomer, refreshMoney } from '../../components/refresh-customer'
import { toastDone } from '../../components/toast'
import { FormField } from '../../ui/Field'
import { movesInWords } from './words'

const REASON_LENGTH = 500
const schema = z.object({ reason: requiredText('a reason', REASON_LENGTH) })

/** Two records again. */
export default function UndoDialog({ merge, onClose }: { merge: Merge; onClose: () => void }) {
  const queryClient = useQueryClient()
  const form = useForm<z.infer<typeof schema>>({
    resolver: zodResolver(schema),
    defaultValues: { reason: '' },
  })
  const submit = async (body: z.infer<typeof schema>) => {
    await undoMerge({ path: { id: merge.id }, body, throwOnError: true })
    toastDone(`${merge.mergedName} is a record of its own again`)
    void refreshMoney(queryClient, merge.survivorId)
    void refreshCustomer(queryClient, merge.mergedId)
  }
  return (
    <FormDialog
      title="Undo the merge"
      act="Undo the merge"
      form={form}
      onSubmit={submit}
      onClose={onClose}
    >
      <p>
        <span dir="auto">{merge.mergedName}</span> becomes a record of its own again, with what came
        from it: {movesInWords(merge.moved)}. What came since stays here.
      </p>
      <FormField
        label="Why they are not the same person"
        error={form.formState.errors.reason?.message}
      >
        <Textarea rows={2} dir="auto" {...form.register('reason')} />
      </FormField>
    </FormDialog>
  )
}

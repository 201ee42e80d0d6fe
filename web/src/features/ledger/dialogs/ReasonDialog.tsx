import { Input } from '@chakra-ui/react'
import { zodResolver } from '@hookform/resolvers/zod'
import { useQueryClient } from '@tanstack/react-query'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import { listRefundReasonsQueryKey, updateRefundReason, type RefundReason } from '../../../api'
import { requiredText } from '../../../components/form-text'
import { FormDialog } from '../../../components/FormDialog'
import { toastDone } from '../../../components/toast'
import { FormField } from '../../../ui/Field'

const schema = z.object({
  title: requiredText('the reason', 100),
  needsNote: z.boolean(),
  retired: z.boolean(),
})

type Values = z.infer<typeof schema>

export default function ReasonDialog({
  reason: { code, title, needsNote, retired },
  onClose,
}: {
  reason: RefundReason
  onClose: () => void
}) {
  const queryClient = useQueryClient()
  const form = useForm<Values, unknown, Values>({
    resolver: zodResolver(schema),
    defaultValues: { title, needsNote, retired },
  })

  const save = async (values: Values) => {
    try {
      await updateRefundReason({ body: { code, ...values }, throwOnError: true })
      toastDone('Reason saved')
    } finally {
      void queryClient.invalidateQueries({ queryKey: listRefundReasonsQueryKey() })
    }
  }

  return (
    <FormDialog
      title={`Refund reason: ${title}`}
      act="Save reason"
      form={form}
      onSubmit={save}
      onClose={onClose}
    >
      <FormField
        label="Reason"
        error={form.formState.errors.title?.message}
        help="Refunds that were issued keep the words they were issued with."
      >
        <Input autoComplete="off" dir="auto" {...form.register('title')} />
      </FormField>
      <label className="check">
        <input type="checkbox" {...form.register('needsNote')} />
        <span>Ask for a note with it</span>
      </label>
      <label className="check">
        <input type="checkbox" {...form.register('retired')} />
        <span>Retired: it is not offered any more</span>
      </label>
    </FormDialog>
  )
}

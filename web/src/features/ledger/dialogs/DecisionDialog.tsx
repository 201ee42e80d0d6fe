import { Textarea } from '@chakra-ui/react'
import { zodResolver } from '@hookform/resolvers/zod'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import { approveRequest, newIdempotencyKey, rejectRequest, type Approval } from '../../../api'
import { requiredText } from '../../../components/form-text'
import { FormDialog } from '../../../components/FormDialog'
import { refreshMoney } from '../../../components/refresh-customer'
import { toastDone } from '../../../components/toast'
import { FormField } from '../../../ui/Field'
import { formatMoney } from '../../../ui/format'
import { sendOnce } from '../act'
import { acts } from '../words'

const schema = z.object({ word: requiredText('a few words', 1000) })

type Values = z.infer<typeof schema>

interface DecisionDialogProps {
  approval: Approval
  verdict: 'approve' | 'reject'
  onClose: () => void
}

/** The decision counts for exactly the request that is on the screen. */
export default function DecisionDialog({ approval, verdict, onClose }: DecisionDialogProps) {
  const queryClient = useQueryClient()
  const [key] = useState(newIdempotencyKey)
  const form = useForm<Values, unknown, Values>({
    resolver: zodResolver(schema),
    defaultValues: { word: '' },
  })
  const what = `${acts[approval.act].toLowerCase()} of ${formatMoney(approval.amount)}`
  const approve = verdict === 'approve'

  const decide = async ({ word }: Values) => {
    const call = approve ? approveRequest : rejectRequest
    try {
      await sendOnce(() =>
        call({
          path: { id: approval.id },
          headers: { 'idempotency-key': key },
          body: { requestHash: approval.requestHash, word },
          throwOnError: true,
        }),
      )
      toastDone(approve ? `Approved: ${what}` : `Rejected: ${what}`)
    } finally {
      void refreshMoney(queryClient, approval.customerId)
    }
  }

  return (
    <FormDialog
      title={approve ? `Approve this ${what}` : `Reject this ${what}`}
      act={approve ? 'Approve' : 'Reject'}
      form={form}
      onSubmit={decide}
      onClose={onClose}
    >
      <p>
        {approve
          ? `${approval.customerName} gets it as ${approval.requestedByName} asked for it, on your word.`
          : `Nothing goes to ${approval.customerName}, and what was held is free again.`}
      </p>
      <FormField
        label="Your word"
        error={form.formState.errors.word?.message}
        help={`${approval.requestedByName} and the audit trail see it.`}
      >
        <Textarea rows={3} dir="auto" {...form.register('word')} />
      </FormField>
    </FormDialog>
  )
}

import { Input, Textarea } from '@chakra-ui/react'
import { zodResolver } from '@hookform/resolvers/zod'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useForm, useWatch } from 'react-hook-form'
import * as z from 'zod/mini'
import { newIdempotencyKey, settleRefund, type RefundRecord } from '../../../api'
import { optionalText } from '../../../components/form-text'
import { FormDialog } from '../../../components/FormDialog'
import { refreshMoney } from '../../../components/refresh-customer'
import { toastDone } from '../../../components/toast'
import { FormField } from '../../../ui/Field'
import { formatMoney } from '../../../ui/format'
import { sendOnce } from '../act'

const schema = z
  .object({
    outcome: z.enum(['paid', 'failed', 'cancelled']),
    reference: optionalText(140),
    reason: optionalText(500),
  })
  .check(
    z.refine(({ outcome, reference }) => outcome !== 'paid' || reference !== undefined, {
      path: ['reference'],
      message: 'Enter the bank’s reference of the transfer',
    }),
    z.refine(({ outcome, reason }) => outcome === 'paid' || reason !== undefined, {
      path: ['reason'],
      message: 'Say why the money does not go back',
    }),
  )

type Input_ = z.input<typeof schema>
type Output = z.output<typeof schema>

const outcomes = [
  ['paid', 'The transfer was made'],
  ['failed', 'It could not be made'],
  ['cancelled', 'It is not to be made after all'],
] as const

const said: Record<Output['outcome'], string> = {
  paid: 'marked as paid',
  failed: 'marked as failed',
  cancelled: 'cancelled',
}

/** A person says what became of a transfer that only a person could make. */
export default function SettleDialog({
  refund,
  onClose,
}: {
  refund: RefundRecord
  onClose: () => void
}) {
  const queryClient = useQueryClient()
  const [key] = useState(newIdempotencyKey)
  const form = useForm<Input_, unknown, Output>({
    resolver: zodResolver(schema),
    defaultValues: { outcome: 'paid', reference: '', reason: '' },
  })
  const { errors } = form.formState
  const outcome = useWatch({ control: form.control, name: 'outcome' })
  const sum = formatMoney(refund.amount)

  const settle = async ({ outcome: became, reference, reason }: Output) => {
    try {
      await sendOnce(() =>
        settleRefund({
          path: { id: refund.id },
          headers: { 'idempotency-key': key },
          body: became === 'paid' ? { outcome: became, reference } : { outcome: became, reason },
          throwOnError: true,
        }),
      )
      toastDone(`Refund of ${sum} ${said[became]}`)
    } finally {
      void refreshMoney(queryClient, refund.customerId)
    }
  }

  return (
    <FormDialog
      title={`Refund of ${sum} to ${refund.customerName}`}
      act={outcome === 'paid' ? 'Mark as paid' : 'Save'}
      form={form}
      onSubmit={settle}
      onClose={onClose}
    >
      <fieldset className="stack tight">
        <legend className="form-legend">What became of it</legend>
        {outcomes.map(([value, label]) => (
          <label key={value} className="check">
            <input type="radio" value={value} {...form.register('outcome')} />
            <span>{label}</span>
          </label>
        ))}
      </fieldset>
      {outcome === 'paid' ? (
        <FormField
          label="Reference"
          error={errors.reference?.message}
          help={`As the bank shows it. ${sum} of ${refund.bookingReference} counts as refunded then.`}
        >
          <Input autoComplete="off" {...form.register('reference')} />
        </FormField>
      ) : (
        <FormField
          label="Why"
          error={errors.reason?.message}
          help="Nothing goes back, and the sum is free again."
        >
          <Textarea rows={2} dir="auto" {...form.register('reason')} />
        </FormField>
      )}
    </FormDialog>
  )
}

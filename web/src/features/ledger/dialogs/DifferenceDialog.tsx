import { Textarea } from '@chakra-ui/react'
import { zodResolver } from '@hookform/resolvers/zod'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useForm, useWatch } from 'react-hook-form'
import * as z from 'zod/mini'
import { newIdempotencyKey, settleDifference, type Difference } from '../../../api'
import { requiredText } from '../../../components/form-text'
import { FormDialog } from '../../../components/FormDialog'
import { isMoneyList, refreshMoney } from '../../../components/refresh-customer'
import { toastDone } from '../../../components/toast'
import { FormField } from '../../../ui/Field'
import { kinds, settlements, sideInWords } from '../differences'

const schema = z.object({
  outcome: z.enum(['noted', 'accept_theirs', 'record_theirs']),
  word: requiredText('a few words', 1000),
})

type Values = z.infer<typeof schema>

/** Somebody says what is done about a difference; where the books are corrected, it says so before. */
export default function DifferenceDialog({
  difference,
  onClose,
}: {
  difference: Difference
  onClose: () => void
}) {
  const queryClient = useQueryClient()
  const [key] = useState(newIdempotencyKey)
  const form = useForm<Values, unknown, Values>({
    resolver: zodResolver(schema),
    defaultValues: { outcome: difference.settlements[0] ?? 'noted', word: '' },
  })
  const outcome = useWatch({ control: form.control, name: 'outcome' })

  const settle = async (body: Values) => {
    try {
      await settleDifference({
        path: { id: difference.id },
        headers: { 'idempotency-key': key },
        body,
        throwOnError: true,
      })
      toastDone(`${kinds[difference.kind].title}: settled`)
    } finally {
      if (difference.customerId) void refreshMoney(queryClient, difference.customerId)
      else void queryClient.invalidateQueries({ predicate: isMoneyList })
    }
  }

  return (
    <FormDialog
      title={kinds[difference.kind].title}
      act={settlements[outcome].act}
      form={form}
      onSubmit={settle}
      onClose={onClose}
    >
      <p>
        We say: {sideInWords(difference.ours)}.
        {difference.provider === 'stripe' ? ` Stripe says: ${sideInWords(difference.theirs)}.` : ''}
      </p>
      <fieldset className="stack tight">
        <legend className="form-legend">What is done</legend>
        {difference.settlements.map((value) => (
          <label key={value} className="check">
            <input type="radio" value={value} {...form.register('outcome')} />
            <span>{settlements[value].act}</span>
          </label>
        ))}
      </fieldset>
      <p className="muted">{settlements[outcome].what}</p>
      <FormField
        label="Your word"
        error={form.formState.errors.word?.message}
        help="Why, for whoever reads it later. It stays with the difference."
      >
        <Textarea rows={3} dir="auto" {...form.register('word')} />
      </FormField>
    </FormDialog>
  )
}

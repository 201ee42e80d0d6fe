import { Input, NativeSelect, Textarea } from '@chakra-ui/react'
import { zodResolver } from '@hookform/resolvers/zod'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useForm, useWatch } from 'react-hook-form'
import * as z from 'zod/mini'
import {
  newIdempotencyKey,
  readCustomerMoneyOptions,
  readCustomerOptions,
  type CustomerMoney,
  type CustomerPage,
} from '../../../api'
import { requiredMoney } from '../../../components/form-money'
import { optionalText } from '../../../components/form-text'
import { FormDialog } from '../../../components/FormDialog'
import { toastDone } from '../../../components/toast'
import { FormField } from '../../../ui/Field'
import { formatMoney, londonDay, parseMoney } from '../../../ui/format'
import { useNow } from '../../../ui/now'
import { moveMoney } from '../act'
import { creditReasons } from '../words'
import { AmountFields, TYPED_AGAIN_ABOVE } from './AmountFields'
import { Waiting } from '../../../components/Waiting'

const issuable = ['compensation', 'loyalty', 'goodwill', 'correction'] as const

const issuing = z
  .object({
    amount: requiredMoney,
    again: z.string(),
    reason: z.pipe(z.string(), z.enum(issuable, 'Choose a reason')),
    notes: optionalText(2000),
    expiresOn: optionalText(10),
  })
  .check(
    z.refine(({ amount, again }) => amount <= TYPED_AGAIN_ABOVE || parseMoney(again) === amount, {
      path: ['again'],
      message: 'Type the same amount again',
    }),
  )

interface DialogProps {
  customerId: string
  onClose: () => void
}

export function IssueCredit({ customerId, onClose }: DialogProps) {
  const queryClient = useQueryClient()
  const [key] = useState(newIdempotencyKey)
  const today = londonDay(useNow())
  const form = useForm<z.input<typeof issuing>, unknown, z.output<typeof issuing>>({
    resolver: zodResolver(issuing),
    defaultValues: { amount: '', again: '', reason: '', notes: '', expiresOn: '' },
  })
  const { errors } = form.formState
  const amount = parseMoney(useWatch({ control: form.control, name: 'amount' }))

  const issue = async ({ again: _, ...values }: z.output<typeof issuing>) => {
    const done = await moveMoney(queryClient, customerId, key, {
      action: 'issue_credit',
      ...values,
    })
    const sum = formatMoney(values.amount)
    toastDone(
      done.approvalId
        ? `${sum} is above your ceiling: somebody else decides about it now`
        : `Store credit of ${sum} issued`,
    )
  }

  return (
    <FormDialog
      title="Issue store credit"
      act={amount && amount > 0 ? `Issue ${formatMoney(amount)}` : 'Issue credit'}
      form={form}
      onSubmit={issue}
      onClose={onClose}
    >
      <AmountFields
        amount={amount}
        register={form.register}
        errors={errors}
        help="The customer can spend it on a move; it is not paid out."
      />
      <FormField label="Reason" error={errors.reason?.message}>
        <NativeSelect.Root>
          <NativeSelect.Field {...form.register('reason')}>
            <option value="">Choose a reason</option>
            {issuable.map((reason) => (
              <option key={reason} value={reason}>
                {creditReasons[reason]}
              </option>
            ))}
          </NativeSelect.Field>
          <NativeSelect.Indicator />
        </NativeSelect.Root>
      </FormField>
      <FormField label="Notes" optional error={errors.notes?.message}>
        <Textarea rows={2} dir="auto" {...form.register('notes')} />
      </FormField>
      <FormField
        label="Last day"
        optional
        error={errors.expiresOn?.message}
        help="What is left after this day expires. Without one it does not."
      >
        <Input type="date" min={today} {...form.register('expiresOn')} />
      </FormField>
    </FormDialog>
  )
}

const spending = z.object({
  bookingId: z.string().check(z.minLength(1, 'Choose a booking')),
  amount: requiredMoney,
  notes: optionalText(2000),
})

export function SpendCredit({
  customerId,
  bookingId,
  onClose,
}: DialogProps & { bookingId: string | undefined }) {
  const queryClient = useQueryClient()
  const [key] = useState(newIdempotencyKey)
  const path = { id: customerId }
  const money = useQuery(readCustomerMoneyOptions({ path }))
  const customer = useQuery(readCustomerOptions({ path }))
  const form = useForm<z.input<typeof spending>, unknown, z.output<typeof spending>>({
    resolver: zodResolver(spending),
    defaultValues: { bookingId: bookingId ?? '', amount: '', notes: '' },
  })
  const { errors } = form.formState
  if (!money.data || !customer.data) {
    const error = money.error ?? customer.error
    return <Waiting title="Spend store credit" error={error} onClose={onClose} />
  }

  const unpaid = unpaidOf(customer.data, money.data)

  const spend = async (values: z.output<typeof spending>) => {
    const done = await moveMoney(queryClient, customerId, key, {
      action: 'spend_credit',
      ...values,
    })
    toastDone(
      `${formatMoney(values.amount)} spent, ${formatMoney(done.balance?.balance ?? 0)} of credit left`,
    )
  }

  return (
    <FormDialog
      title="Spend store credit"
      act="Spend credit"
      form={form}
      onSubmit={spend}
      onClose={onClose}
    >
      <FormField
        label="Booking"
        error={errors.bookingId?.message}
        help={unpaid.length === 0 ? 'No booking has anything left to pay.' : undefined}
      >
        <NativeSelect.Root>
          <NativeSelect.Field {...form.register('bookingId')}>
            <option value="">Choose a booking</option>
            {unpaid.map(({ id, reference, open }) => (
              <option key={id} value={id}>
                {reference}, {formatMoney(open)} to pay
              </option>
            ))}
          </NativeSelect.Field>
          <NativeSelect.Indicator />
        </NativeSelect.Root>
      </FormField>
      <FormField
        label="Amount in pounds"
        error={errors.amount?.message}
        help={`The customer has ${formatMoney(money.data.credit.balance)} of store credit.`}
      >
        <Input
          inputMode="decimal"
          autoComplete="off"
          placeholder="0.00"
          {...form.register('amount')}
        />
      </FormField>
      <FormField label="Notes" optional error={errors.notes?.message}>
        <Textarea rows={2} dir="auto" {...form.register('notes')} />
      </FormField>
    </FormDialog>
  )
}

/** Bookings that take place and have something left to pay, after payments, refunds and credit that was spent on them. */
function unpaidOf({ bookings }: CustomerPage, { credit }: CustomerMoney) {
  const uses = credit.lots.flatMap((lot) => lot.uses)
  return bookings
    .filter(({ status }) => status !== 'DRAFT' && status !== 'CANCELLED')
    .map(({ id, reference, total, captured, refunded }) => {
      const spent = uses.filter(({ bookingId, kind }) => bookingId === id && kind === 'spent')
      const credited = spent.reduce((sum, { amount }) => sum + amount, 0)
      return { id, reference, open: total - captured + refunded - credited }
    })
    .filter(({ open }) => open > 0)
}

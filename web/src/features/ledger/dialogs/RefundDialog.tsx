import { Button, NativeSelect, Textarea } from '@chakra-ui/react'
import { zodResolver } from '@hookform/resolvers/zod'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useForm, useWatch } from 'react-hook-form'
import * as z from 'zod/mini'
import {
  listLimitsOptions,
  listRefundReasonsOptions,
  newIdempotencyKey,
  readCustomerMoneyOptions,
  type CustomerMoney,
  type RefundReason,
} from '../../../api'
import { requiredMoney } from '../../../components/form-money'
import { optionalText } from '../../../components/form-text'
import { FormDialog } from '../../../components/FormDialog'
import { useMe } from '../../../components/me'
import { refundInWords } from '../../../components/refunds'
import { toastDone } from '../../../components/toast'
import { FormField } from '../../../ui/Field'
import { formatMoney, parseMoney } from '../../../ui/format'
import { Callout } from '../../../ui/states'
import { moveMoney } from '../act'
import { AmountFields, TYPED_AGAIN_ABOVE } from './AmountFields'
import { Waiting } from '../../../components/Waiting'

interface RefundDialogProps {
  customerId: string
  /** The booking it begins with. */
  bookingId: string | undefined
  onClose: () => void
}

export default function RefundDialog(props: RefundDialogProps) {
  const money = useQuery(readCustomerMoneyOptions({ path: { id: props.customerId } }))
  const reasons = useQuery(listRefundReasonsOptions())
  if (!money.data || !reasons.data) {
    return <Waiting title="Refund" error={money.error ?? reasons.error} onClose={props.onClose} />
  }
  return <RefundForm {...props} money={money.data} reasons={reasons.data} />
}

interface Left {
  reference: string
  /** Over all payments of the booking. */
  left: number
  /** From the one payment that has most. */
  most: number
  provider: string
}

/** What is left to refund, booking by booking. */
function leftOf({ payments }: CustomerMoney): Map<string, Left> {
  const bookings = new Map<string, Left>()
  for (const { bookingId, bookingReference, refundable, provider } of payments) {
    const before = bookings.get(bookingId)
    bookings.set(bookingId, {
      reference: bookingReference,
      left: (before?.left ?? 0) + refundable,
      most: Math.max(before?.most ?? 0, refundable),
      provider: before && before.most >= refundable ? before.provider : provider,
    })
  }
  return bookings
}

function schemaOf(bookings: Map<string, Left>, reasons: readonly RefundReason[]) {
  return z
    .object({
      bookingId: z.string().check(z.minLength(1, 'Choose a booking')),
      amount: requiredMoney,
      again: z.string(),
      destination: z.enum(['original', 'store_credit']),
      reason: z.string().check(z.minLength(1, 'Choose a reason')),
      notes: optionalText(2000),
    })
    .check(
      z.refine(({ bookingId, amount }) => amount <= (bookings.get(bookingId)?.most ?? amount), {
        path: ['amount'],
        error: ({ input }) => tooMuch(bookings.get((input as { bookingId: string }).bookingId)),
      }),
      z.refine(({ amount, again }) => amount <= TYPED_AGAIN_ABOVE || parseMoney(again) === amount, {
        path: ['again'],
        message: 'Type the same amount again',
      }),
      z.refine(
        ({ reason, notes }) =>
          notes !== undefined ||
          !reasons.some(({ code, needsNote }) => code === reason && needsNote),
        { path: ['notes'], message: 'Say in the notes what the reason is' },
      ),
    )
}

function tooMuch(left: Left | undefined): string {
  if (!left || left.left <= 0) return 'Nothing is left to refund'
  return left.most < left.left
    ? `${formatMoney(left.left)} is left, from several payments. One refund can be at most ${formatMoney(left.most)}`
    : `At most ${formatMoney(left.left)} is left to refund`
}

type Schema = ReturnType<typeof schemaOf>
type Input = z.input<Schema>
type Output = z.output<Schema>

function RefundForm({
  customerId,
  bookingId,
  onClose,
  money,
  reasons,
}: RefundDialogProps & { money: CustomerMoney; reasons: RefundReason[] }) {
  const queryClient = useQueryClient()
  const [key] = useState(newIdempotencyKey)
  const bookings = leftOf(money)
  const open = [...bookings].filter(([id, { left }]) => left > 0 || id === bookingId)
  const form = useForm<Input, unknown, Output>({
    resolver: zodResolver(schemaOf(bookings, reasons)),
    defaultValues: {
      bookingId: bookingId ?? (open.length === 1 ? open[0]?.[0] : undefined) ?? '',
      amount: '',
      again: '',
      destination: 'original',
      reason: '',
      notes: '',
    },
  })
  const { errors } = form.formState
  const [chosen, typed, destination, reason] = useWatch({
    control: form.control,
    name: ['bookingId', 'amount', 'destination', 'reason'],
  })
  const amount = parseMoney(typed)
  const left = bookings.get(chosen)
  const needsNote = reasons.some(({ code, needsNote: needs }) => code === reason && needs)

  const refund = async ({ again: _, ...values }: Output) => {
    const done = await moveMoney(queryClient, customerId, key, {
      action: 'issue_refund',
      ...values,
    })
    const sum = formatMoney(values.amount)
    toastDone(
      done.approvalId
        ? `${sum} is above your ceiling: somebody else decides about it now`
        : `Refund of ${sum}: ${refundInWords(done.refund?.status ?? 'approved').toLowerCase()}`,
    )
  }

  return (
    <FormDialog
      title="Refund"
      act={amount && amount > 0 ? `Refund ${formatMoney(amount)}` : 'Refund'}
      form={form}
      onSubmit={refund}
      onClose={onClose}
    >
      <FormField label="Booking" error={errors.bookingId?.message}>
        <NativeSelect.Root>
          <NativeSelect.Field {...form.register('bookingId')}>
            <option value="">Choose a booking</option>
            {open.map(([id, { reference, left: sum }]) => (
              <option key={id} value={id}>
                {reference}, {formatMoney(sum)} left
              </option>
            ))}
          </NativeSelect.Field>
          <NativeSelect.Indicator />
        </NativeSelect.Root>
      </FormField>
      <AmountFields
        amount={amount}
        register={form.register}
        errors={errors}
        help={remaining(left, amount)}
      />
      {left && left.most > 0 ? (
        <Button
          type="button"
          size="xs"
          variant="outline"
          alignSelf="start"
          onClick={() =>
            form.setValue('amount', (left.most / 100).toFixed(2), {
              shouldDirty: true,
              shouldValidate: true,
            })
          }
        >
          All of it: {formatMoney(left.most)}
        </Button>
      ) : null}
      <fieldset className="stack tight">
        <legend className="form-legend">Where it goes</legend>
        <label className="check">
          <input type="radio" value="original" {...form.register('destination')} />
          <span>{backInWords(left)}</span>
        </label>
        <label className="check">
          <input type="radio" value="store_credit" {...form.register('destination')} />
          <span>Store credit, to be spent on another move</span>
        </label>
      </fieldset>
      <FormField label="Reason" error={errors.reason?.message}>
        <NativeSelect.Root>
          <NativeSelect.Field {...form.register('reason')}>
            <option value="">Choose a reason</option>
            {reasons
              .filter(({ retired }) => !retired)
              .map(({ code, title }) => (
                <option key={code} value={code}>
                  {title}
                </option>
              ))}
          </NativeSelect.Field>
          <NativeSelect.Indicator />
        </NativeSelect.Root>
      </FormField>
      <FormField label="Notes" optional={!needsNote} error={errors.notes?.message}>
        <Textarea rows={2} dir="auto" {...form.register('notes')} />
      </FormField>
      <div role="status">
        {amount && amount > 0 && left && amount <= left.most ? (
          <Consequence amount={amount} left={left} toCredit={destination === 'store_credit'} />
        ) : null}
      </div>
    </FormDialog>
  )
}

function backInWords(left: Left | undefined): string {
  return left?.provider === 'stripe' ? 'Back to the card' : 'Back to the card or bank account'
}

function remaining(left: Left | undefined, amount: number | undefined): string {
  if (!left) return 'Choose a booking to see what is left.'
  if (left.left <= 0) return 'Nothing is left to refund for this booking.'
  const after = left.left - Math.max(amount ?? 0, 0)
  const now = `${formatMoney(left.left)} is left to refund`
  if (!amount || amount <= 0) return `${now}.`
  return after >= 0 ? `${now}, ${formatMoney(after)} after this.` : `${now}: this is too much.`
}

/** What will happen, before it does. */
function Consequence({
  amount,
  left,
  toCredit,
}: {
  amount: number
  left: Left
  toCredit: boolean
}) {
  const me = useMe()
  const { data: limits } = useQuery(listLimitsOptions())
  const mine = limits?.find(({ role, act }) => role === me.role && act === 'refund')
  const ceiling = mine?.perAct ?? undefined
  const above = ceiling !== undefined && amount > ceiling
  const sum = formatMoney(amount)
  const goes = toCredit
    ? `${sum} of ${left.reference} becomes store credit at once.`
    : `${sum} of ${left.reference} goes back the way it came. It counts as refunded when the money has arrived, not before.`
  return (
    <Callout tone={above ? 'warning' : 'info'}>
      {above
        ? `Your ceiling is ${formatMoney(ceiling)}: this becomes a request, and the sum is held until somebody else decides. Then: ${goes}`
        : goes}
    </Callout>
  )
}

import { Input, NativeSelect } from '@chakra-ui/react'
import { zodResolver } from '@hookform/resolvers/zod'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import {
  actForCustomer,
  listMailsQueryKey,
  newIdempotencyKey,
  readBookingOptions,
  readCustomerOptions,
  type Booking,
  type CustomerPage,
} from '../../api'
import { Waiting } from '../../components/Waiting'

import { requiredEmail } from '../../components/form-text'
import { FormDialog } from '../../components/FormDialog'
import { refreshCustomer } from '../../components/refresh-customer'
import { toastDone } from '../../components/toast'
import { FormField } from '../../ui/Field'
import { formatMoney } from '../../ui/format'

const schema = z.object({
  bookingId: z.string().check(z.minLength(1, 'Choose a booking')),
  to: requiredEmail,
})

type Values = z.infer<typeof schema>

interface SendInvoiceDialogProps {
  customerId: string
  /** The booking it begins with. */
  bookingId: string | undefined
  onClose: () => void
}

/** Issues the invoice of a booking where it has none yet, and mails it. */
export default function SendInvoiceDialog({
  customerId,
  bookingId,
  onClose,
}: SendInvoiceDialogProps) {
  const customer = useQuery(readCustomerOptions({ path: { id: customerId } }))
  // The page holds the latest fifty; what was pressed may be older.
  const booking = useQuery({
    ...readBookingOptions({ path: { id: bookingId ?? '' } }),
    enabled: bookingId !== undefined,
  })
  if (!customer.data || (bookingId && !booking.data)) {
    const error = customer.error ?? booking.error
    return <Waiting title="Send invoice" error={error} onClose={onClose} />
  }
  return <SendInvoice customer={customer.data} chosen={booking.data} onClose={onClose} />
}

interface SendInvoiceProps {
  customer: CustomerPage
  chosen: Booking | undefined
  onClose: () => void
}

function SendInvoice({ customer, chosen, onClose }: SendInvoiceProps) {
  const queryClient = useQueryClient()
  const [key] = useState(newIdempotencyKey)
  const form = useForm<Values, unknown, Values>({
    resolver: zodResolver(schema),
    defaultValues: { bookingId: chosen?.id ?? '', to: customer.email ?? '' },
  })
  const { errors } = form.formState
  const placed = customer.bookings.filter(({ status }) => status !== 'DRAFT')
  if (chosen && !placed.some(({ id }) => id === chosen.id)) placed.push(chosen)

  const send = async ({ bookingId, to }: Values) => {
    const { data } = await actForCustomer({
      path: { id: customer.id },
      headers: { 'idempotency-key': key },
      body: { action: 'resend_invoice', bookingId, to },
      throwOnError: true,
    })
    await Promise.all([
      refreshCustomer(queryClient, customer.id),
      queryClient.invalidateQueries({
        queryKey: listMailsQueryKey({ query: { customerId: customer.id } }),
      }),
    ])
    toastDone(`Invoice ${data.sent?.invoice.number ?? ''} is on its way to ${to}`)
  }

  return (
    <FormDialog
      title="Send invoice"
      act="Send invoice"
      form={form}
      onSubmit={send}
      onClose={onClose}
    >
      <FormField label="Booking" error={errors.bookingId?.message}>
        <NativeSelect.Root>
          <NativeSelect.Field {...form.register('bookingId')}>
            <option value="">Choose a booking</option>
            {placed.map(({ id, reference, total }) => (
              <option key={id} value={id}>
                {reference}, {formatMoney(total)}
              </option>
            ))}
          </NativeSelect.Field>
          <NativeSelect.Indicator />
        </NativeSelect.Root>
      </FormField>
      <FormField
        label="To"
        error={errors.to?.message}
        help="The invoice goes out as a PDF. What was sent to whom stays on the timeline."
      >
        <Input type="email" autoComplete="off" {...form.register('to')} />
      </FormField>
    </FormDialog>
  )
}

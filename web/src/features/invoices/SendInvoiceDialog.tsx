import { Input, NativeSelect } from '@chakra-ui/react'
import { zodResolver } from '@hookform/resolvers/zod'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import { actForCustomer, listMailsQueryKey, newIdempotencyKey, type CustomerPage } from '../../api'
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
  customer: CustomerPage
  onClose: () => void
}

/** Issues the invoice of a booking where it has none yet, and mails it. */
export default function SendInvoiceDialog({ customer, onClose }: SendInvoiceDialogProps) {
  const queryClient = useQueryClient()
  const [key] = useState(newIdempotencyKey)
  const form = useForm<Values, unknown, Values>({
    resolver: zodResolver(schema),
    defaultValues: { bookingId: '', to: customer.email ?? '' },
  })
  const { errors } = form.formState
  const placed = customer.bookings.filter(({ status }) => status !== 'DRAFT')

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
    toastDone(`Invoice ${data.sent?.invoice.number ?? ''} issued; its mail to ${to} is below`)
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

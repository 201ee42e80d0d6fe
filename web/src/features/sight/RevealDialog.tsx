import { Input } from '@chakra-ui/react'
import { zodResolver } from '@hookform/resolvers/zod'
import { useQueryClient } from '@tanstack/react-query'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import { revealCustomer } from '../../api'
import { requiredText } from '../../components/form-text'
import { FormDialog } from '../../components/FormDialog'
import { refreshCustomer } from '../../components/refresh-customer'
import { toastDone } from '../../components/toast'
import { FormField } from '../../ui/Field'

const schema = z.object({ reason: requiredText('the reason', 300) })

interface RevealDialogProps {
  customerId: string
  onClose: () => void
}

export default function RevealDialog({ customerId, onClose }: RevealDialogProps) {
  const queryClient = useQueryClient()
  const form = useForm<z.infer<typeof schema>>({
    resolver: zodResolver(schema),
    defaultValues: { reason: '' },
  })

  const reveal = async (body: z.infer<typeof schema>) => {
    await revealCustomer({ path: { id: customerId }, body, throwOnError: true })
    void refreshCustomer(queryClient, customerId)
    toastDone('Contact details are shown for 15 minutes')
  }

  return (
    <FormDialog
      title="Reveal contact details"
      act="Reveal"
      form={form}
      onSubmit={reveal}
      onClose={onClose}
    >
      <p className="muted">
        They are shown to you for 15 minutes. That you looked, and why, is kept in the audit trail.
      </p>
      <FormField
        label="Reason"
        error={form.formState.errors.reason?.message}
        help="Such as: the customer asks whether the number on file is right."
      >
        <Input autoComplete="off" {...form.register('reason')} />
      </FormField>
    </FormDialog>
  )
}

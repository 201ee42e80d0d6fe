import { Textarea } from '@chakra-ui/react'
import { zodResolver } from '@hookform/resolvers/zod'
import { useQueryClient } from '@tanstack/react-query'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import { acceptFence, readBackupsQueryKey } from '../../api'
import { requiredText } from '../../components/form-text'
import { FormDialog } from '../../components/FormDialog'
import { toastDone } from '../../components/toast'
import { FormField } from '../../ui/Field'

const schema = z.object({ reason: requiredText('what you looked at', 500) })

type Values = z.infer<typeof schema>

/** Lets mail and refunds leave a restored database. */
export default function AcceptDialog({ onClose }: { onClose: () => void }) {
  const queryClient = useQueryClient()
  const form = useForm<Values, unknown, Values>({
    resolver: zodResolver(schema),
    defaultValues: { reason: '' },
  })

  const accept = async (body: Values) => {
    try {
      await acceptFence({ body, throwOnError: true })
      toastDone('Accepted: mail and refunds leave again')
    } finally {
      void queryClient.invalidateQueries({ queryKey: readBackupsQueryKey() })
    }
  }

  return (
    <FormDialog
      title="Accept the restored database"
      act="Accept"
      form={form}
      onSubmit={accept}
      onClose={onClose}
    >
      <p className="muted">
        What waits goes out at once. Compare first with the card provider and the mail server what
        left between the copy and now: the finance page lists what differs.
      </p>
      <FormField
        label="What was looked at"
        error={form.formState.errors.reason?.message}
        help="It stays in the audit trail."
      >
        <Textarea dir="auto" rows={3} {...form.register('reason')} />
      </FormField>
    </FormDialog>
  )
}

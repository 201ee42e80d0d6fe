import { Input } from '@chakra-ui/react'
import { zodResolver } from '@hookform/resolvers/zod'
import { useQueryClient } from '@tanstack/react-query'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import { changeOwnPassword, listOwnSessionsQueryKey } from '../../api'
import { newPassword } from '../../components/form-text'
import { FormDialog } from '../../components/FormDialog'
import { toastDone } from '../../components/toast'
import { FormField } from '../../ui/Field'

const schema = z.object({
  current: z.string().check(z.minLength(1, 'Enter your current password')),
  next: newPassword,
})

type Values = z.infer<typeof schema>

export default function PasswordDialog({ onClose }: { onClose: () => void }) {
  const queryClient = useQueryClient()
  const form = useForm<Values, unknown, Values>({
    resolver: zodResolver(schema),
    defaultValues: { current: '', next: '' },
  })
  const { errors } = form.formState

  const save = async (body: Values) => {
    await changeOwnPassword({ body, throwOnError: true })
    void queryClient.invalidateQueries({ queryKey: listOwnSessionsQueryKey() })
    toastDone('Password changed')
  }

  return (
    <FormDialog
      title="Change password"
      act="Change password"
      size="sm"
      form={form}
      onSubmit={save}
      onClose={onClose}
      onProblem={(problem) => {
        if (problem.code !== 'invalid_credentials') return false
        form.setError(
          'current',
          { message: 'This is not your current password' },
          { shouldFocus: true },
        )
        return true
      }}
    >
      <FormField label="Current password" error={errors.current?.message}>
        <Input type="password" autoComplete="current-password" {...form.register('current')} />
      </FormField>
      <FormField
        label="New password"
        error={errors.next?.message}
        help="At least 12 characters. A few unrelated words are good. Your other sessions end."
      >
        <Input type="password" autoComplete="new-password" {...form.register('next')} />
      </FormField>
    </FormDialog>
  )
}

import { Input } from '@chakra-ui/react'
import { zodResolver } from '@hookform/resolvers/zod'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import { requiredText } from '../../components/form-text'
import { FormDialog } from '../../components/FormDialog'
import { makePasskey, passkeyTrouble } from '../../components/passkey'
import { FormField } from '../../ui/Field'
import { device } from '../../ui/format'

const schema = z.object({ name: requiredText('a name', 100) })

type Values = z.infer<typeof schema>

interface PasskeyDialogProps {
  onAdded: (codes: string[] | undefined) => void
  onClose: () => void
}

export default function PasskeyDialog({ onAdded, onClose }: PasskeyDialogProps) {
  const form = useForm<Values, unknown, Values>({
    resolver: zodResolver(schema),
    defaultValues: { name: device(navigator.userAgent) },
  })
  const { errors } = form.formState
  const add = async ({ name }: Values) => {
    try {
      const { recoveryCodes } = await makePasskey(name)
      onAdded(recoveryCodes ?? undefined)
    } catch (error) {
      throw passkeyTrouble(error)
    }
  }
  return (
    <FormDialog
      title="Add a passkey"
      act="Continue"
      size="sm"
      form={form}
      onSubmit={add}
      onSaved={() => undefined}
      onClose={onClose}
    >
      <FormField
        label="Name"
        error={errors.name?.message}
        help="To tell your passkeys apart by. Your device then asks for its finger, face or word."
      >
        <Input autoComplete="off" {...form.register('name')} />
      </FormField>
    </FormDialog>
  )
}

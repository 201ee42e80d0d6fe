import { Input } from '@chakra-ui/react'
import { zodResolver } from '@hookform/resolvers/zod'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import { renamePasskey, type Passkey } from '../../api'
import { requiredText } from '../../components/form-text'
import { FormDialog } from '../../components/FormDialog'
import { FormField } from '../../ui/Field'

const schema = z.object({ name: requiredText('a name', 100) })

type Values = z.infer<typeof schema>

interface RenameDialogProps {
  passkey: Passkey
  onRenamed: () => void
  onClose: () => void
}

export default function RenameDialog({ passkey, onRenamed, onClose }: RenameDialogProps) {
  const form = useForm<Values, unknown, Values>({
    resolver: zodResolver(schema),
    defaultValues: { name: passkey.name },
  })
  const { errors } = form.formState
  return (
    <FormDialog
      title="Rename the passkey"
      act="Save"
      size="sm"
      form={form}
      onSubmit={(body) => renamePasskey({ path: { id: passkey.id }, body, throwOnError: true })}
      onSaved={onRenamed}
      onClose={onClose}
    >
      <FormField
        label="Name"
        error={errors.name?.message}
        help="Seen by you only. The device goes on calling it by its own name."
      >
        <Input autoComplete="off" {...form.register('name')} />
      </FormField>
    </FormDialog>
  )
}

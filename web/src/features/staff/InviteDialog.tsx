import { Input } from '@chakra-ui/react'
import { zodResolver } from '@hookform/resolvers/zod'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import { inviteStaffMember, listStaffQueryKey, type Link } from '../../api'
import { requiredEmail, requiredText } from '../../components/form-text'
import { FormDialog } from '../../components/FormDialog'
import { FormField } from '../../ui/Field'
import { toastDone } from '../../components/toast'
import LinkDialog from './LinkDialog'
import { RoleField, roles } from './RoleField'

const schema = z.object({
  name: requiredText('the name', 200),
  email: requiredEmail,
  role: z.enum(roles),
})

type Values = z.infer<typeof schema>

export default function InviteDialog({ onClose }: { onClose: () => void }) {
  const queryClient = useQueryClient()
  const [made, setMade] = useState<{ name: string; link: Link }>()
  const form = useForm<Values, unknown, Values>({
    resolver: zodResolver(schema),
    defaultValues: { name: '', email: '', role: 'support' },
  })
  const { errors } = form.formState

  if (made) return <LinkDialog link={{ title: 'Invitation link', ...made }} onClose={onClose} />

  const invite = async (body: Values) => {
    const { data } = await inviteStaffMember({ body, throwOnError: true })
    await queryClient.invalidateQueries({ queryKey: listStaffQueryKey() })
    if (data.link) {
      setMade({ name: body.name, link: data.link })
    } else {
      toastDone(`The invitation is on its way to ${body.email}`)
      onClose()
    }
  }

  return (
    <FormDialog
      title="Invite a colleague"
      act="Create invitation"
      form={form}
      onSubmit={invite}
      onClose={onClose}
      onSaved={() => undefined}
    >
      <FormField label="Name" error={errors.name?.message}>
        <Input autoComplete="off" {...form.register('name')} />
      </FormField>
      <FormField label="E-mail" error={errors.email?.message}>
        <Input type="email" autoComplete="off" {...form.register('email')} />
      </FormField>
      <RoleField error={errors.role?.message} register={form.register('role')} />
    </FormDialog>
  )
}

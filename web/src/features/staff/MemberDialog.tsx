import { Input } from '@chakra-ui/react'
import { zodResolver } from '@hookform/resolvers/zod'
import { useQueryClient } from '@tanstack/react-query'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import { listStaffQueryKey, updateStaffMember, type StaffMember } from '../../api'
import { useConflict } from '../../components/conflict'
import { requiredText } from '../../components/form-text'
import { FormDialog } from '../../components/FormDialog'
import { toastDone } from '../../components/toast'
import { FormField } from '../../ui/Field'
import { RoleField, roles } from './RoleField'

const role = z.enum(roles)
const schema = z.object({ name: requiredText('the name', 200), role })

type Values = z.infer<typeof schema>

export default function MemberDialog({
  member,
  onClose,
}: {
  member: StaffMember
  onClose: () => void
}) {
  const queryClient = useQueryClient()
  const form = useForm<Values, unknown, Values>({
    resolver: zodResolver(schema),
    defaultValues: { name: member.name, role: member.role },
  })
  const { errors } = form.formState
  const conflict = useConflict(member.version, () => [
    {
      name: 'name',
      label: 'Name',
      mine: form.getValues('name'),
      take: (theirs) =>
        form.setValue('name', typeof theirs === 'string' ? theirs : '', { shouldDirty: true }),
    },
    {
      name: 'role',
      label: 'Role',
      mine: form.getValues('role'),
      take: (theirs) => form.setValue('role', role.parse(theirs), { shouldDirty: true }),
    },
  ])

  const save = async (values: Values) => {
    await updateStaffMember({
      path: { id: member.id },
      headers: { 'if-match': conflict.ifMatch },
      body: { ...values, disabled: Boolean(member.disabledAt) },
      throwOnError: true,
    })
    void queryClient.invalidateQueries({ queryKey: listStaffQueryKey() })
    toastDone('Saved')
  }

  return (
    <FormDialog
      title={`Change ${member.name}`}
      act="Save changes"
      size="sm"
      form={form}
      onSubmit={save}
      onProblem={conflict.onProblem}
      onClose={onClose}
    >
      {conflict.notice}
      <FormField label="Name" error={errors.name?.message}>
        <Input autoComplete="off" {...form.register('name')} />
      </FormField>
      <RoleField error={errors.role?.message} register={form.register('role')} />
    </FormDialog>
  )
}

import { Input } from '@chakra-ui/react'
import { zodResolver } from '@hookform/resolvers/zod'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useRef } from 'react'
import { useForm, type UseFormReturn } from 'react-hook-form'
import * as z from 'zod/mini'
import { createCustomer, newIdempotencyKey, updateCustomer, type Customer } from '../../../api'
import { useConflict } from '../../../components/conflict'
import { optionalEmail, optionalText, requiredText } from '../../../components/form-text'
import { FormDialog } from '../../../components/FormDialog'
import { EditingToo } from '../../../components/presence'
import { toastDone } from '../../../components/toast'
import { FormField } from '../../../ui/Field'
import { refreshCustomer } from '../../../components/refresh-customer'

const schema = z
  .object({ name: requiredText('the name', 200), email: optionalEmail, phone: optionalText(50) })
  .check(
    z.refine(({ email, phone }) => email !== undefined || phone !== undefined, {
      message: 'Enter an e-mail address or a phone number',
      path: ['email'],
    }),
  )

type Input = z.input<typeof schema>
type Output = z.output<typeof schema>
type ProfileForm = UseFormReturn<Input, unknown, Output>

export function CreateCustomer({ onClose }: { onClose: () => void }) {
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const form = useForm<Input, unknown, Output>({
    resolver: zodResolver(schema),
    defaultValues: { name: '', email: '', phone: '' },
  })

  const attempt = useRef({ content: '', key: '' })

  const save = async (values: Output) => {
    // The same content sent again, after an answer that was lost, makes no second customer.
    const content = JSON.stringify(values)
    if (attempt.current.content !== content) attempt.current = { content, key: newIdempotencyKey() }
    const { data } = await createCustomer({
      body: values,
      headers: { 'idempotency-key': attempt.current.key },
      throwOnError: true,
    })
    void refreshCustomer(queryClient, data.id)
    toastDone(`${data.name} is now a customer`)
    await navigate({
      to: '/admin/customers/$customerId',
      params: { customerId: data.id },
      ignoreBlocker: true,
    })
  }

  return (
    <FormDialog
      title="New customer"
      act="Create customer"
      form={form}
      onSubmit={save}
      onClose={onClose}
    >
      <ProfileFields form={form} />
    </FormDialog>
  )
}

type Editable = Pick<Customer, 'id' | 'name' | 'email' | 'phone' | 'version'>

export function EditCustomer({ customer, onClose }: { customer: Editable; onClose: () => void }) {
  const queryClient = useQueryClient()
  const form = useForm<Input, unknown, Output>({
    resolver: zodResolver(schema),
    defaultValues: {
      name: customer.name,
      email: customer.email ?? '',
      phone: customer.phone ?? '',
    },
  })
  const conflict = useConflict(customer.version, () => {
    const values = form.getValues()
    const field = (name: keyof Input, label: string) => ({
      name,
      label,
      mine: values[name],
      take: (theirs: unknown) =>
        form.setValue(name, typeof theirs === 'string' ? theirs : '', { shouldDirty: true }),
    })
    return [field('name', 'Name'), field('email', 'E-mail'), field('phone', 'Phone')]
  })

  const save = async (values: Output) => {
    await updateCustomer({
      path: { id: customer.id },
      headers: { 'if-match': conflict.ifMatch },
      body: values,
      throwOnError: true,
    })
    void refreshCustomer(queryClient, customer.id)
    toastDone('Saved')
  }

  return (
    <FormDialog
      title={`Edit ${customer.name}`}
      act="Save changes"
      form={form}
      onSubmit={save}
      onProblem={conflict.onProblem}
      onClose={onClose}
    >
      <EditingToo customerId={customer.id} />
      {conflict.notice}
      <ProfileFields form={form} />
    </FormDialog>
  )
}

function ProfileFields({ form }: { form: ProfileForm }) {
  const { errors } = form.formState
  return (
    <>
      <FormField label="Name" error={errors.name?.message}>
        <Input autoComplete="off" dir="auto" {...form.register('name')} />
      </FormField>
      <FormField
        label="E-mail"
        error={errors.email?.message}
        help="An e-mail address or a phone number is needed."
      >
        <Input type="email" autoComplete="off" {...form.register('email')} />
      </FormField>
      <FormField label="Phone" error={errors.phone?.message}>
        <Input type="tel" autoComplete="off" {...form.register('phone')} />
      </FormField>
    </>
  )
}

import { Input, Textarea } from '@chakra-ui/react'
import { zodResolver } from '@hookform/resolvers/zod'
import { useQueryClient } from '@tanstack/react-query'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import { createContact, updateContact, type Contact } from '../../../api'
import { useConflict } from '../../../components/conflict'
import { optionalEmail, optionalText, requiredText } from '../../../components/form-text'
import { FormDialog } from '../../../components/FormDialog'
import { EditingToo } from '../../../components/presence'
import { toastDone } from '../../../components/toast'
import { FormField } from '../../../ui/Field'
import { refreshCustomer } from '../../../components/refresh-customer'

const schema = z
  .object({
    label: requiredText('a label, such as Partner', 60),
    name: requiredText('the name', 200),
    phone: optionalText(50),
    email: optionalEmail,
    notes: optionalText(2000),
    isDefault: z.boolean(),
  })
  .check(
    z.refine(({ email, phone }) => email !== undefined || phone !== undefined, {
      message: 'Enter a phone number or an e-mail address',
      path: ['phone'],
    }),
  )

type Input = z.input<typeof schema>
type Output = z.output<typeof schema>

interface ContactDialogProps {
  customerId: string
  /** Undefined where a new one is added. */
  contact: Contact | undefined
  onClose: () => void
}

export default function ContactDialog({ customerId, contact, onClose }: ContactDialogProps) {
  const queryClient = useQueryClient()
  const form = useForm<Input, unknown, Output>({
    resolver: zodResolver(schema),
    defaultValues: {
      label: contact?.label ?? '',
      name: contact?.name ?? '',
      phone: contact?.phone ?? '',
      email: contact?.email ?? '',
      notes: contact?.notes ?? '',
      isDefault: contact?.isDefault ?? false,
    },
  })
  const { errors } = form.formState
  const conflict = useConflict(contact?.version ?? 0, () => {
    const values = form.getValues()
    const field = (name: keyof Input, label: string) => ({
      name,
      label,
      mine: values[name],
      take: (theirs: unknown) =>
        form.setValue(name, typeof theirs === 'string' ? theirs : '', { shouldDirty: true }),
    })
    return [
      field('label', 'Label'),
      field('name', 'Name'),
      field('phone', 'Phone'),
      field('email', 'E-mail'),
      field('notes', 'Notes'),
    ]
  })

  const save = async (body: Output) => {
    if (contact) {
      await updateContact({
        path: { id: customerId, contactId: contact.id },
        headers: { 'if-match': conflict.ifMatch },
        body,
        throwOnError: true,
      })
    } else {
      await createContact({ path: { id: customerId }, body, throwOnError: true })
    }
    void refreshCustomer(queryClient, customerId)
    toastDone(contact ? 'Contact saved' : 'Contact added')
  }

  return (
    <FormDialog
      title={contact ? `Edit contact: ${contact.name}` : 'New contact'}
      act={contact ? 'Save changes' : 'Add contact'}
      form={form}
      onSubmit={save}
      onProblem={conflict.onProblem}
      onClose={onClose}
    >
      <EditingToo customerId={customerId} />
      {conflict.notice}
      <FormField label="Name" error={errors.name?.message}>
        <Input autoComplete="off" dir="auto" {...form.register('name')} />
      </FormField>
      <FormField label="Label" error={errors.label?.message} help="Partner, Landlord, Emergency">
        <Input {...form.register('label')} />
      </FormField>
      <FormField label="Phone" error={errors.phone?.message}>
        <Input type="tel" autoComplete="off" {...form.register('phone')} />
      </FormField>
      <FormField label="E-mail" error={errors.email?.message}>
        <Input type="email" autoComplete="off" {...form.register('email')} />
      </FormField>
      <FormField label="Notes" optional error={errors.notes?.message}>
        <Textarea rows={3} {...form.register('notes')} />
      </FormField>
      <label className="check">
        <input type="checkbox" {...form.register('isDefault')} />
        <span>The first person to call after the customer</span>
      </label>
    </FormDialog>
  )
}

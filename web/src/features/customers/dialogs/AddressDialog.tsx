import { Input, NativeSelect, Textarea } from '@chakra-ui/react'
import { zodResolver } from '@hookform/resolvers/zod'
import { useQueryClient } from '@tanstack/react-query'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import { createAddress, updateAddress, type Address } from '../../../api'
import { useConflict } from '../../../components/conflict'
import { optionalText, requiredText } from '../../../components/form-text'
import { FormDialog } from '../../../components/FormDialog'
import { EditingToo } from '../../../components/presence'
import { toastDone } from '../../../components/toast'
import { FormField } from '../../../ui/Field'
import { formatPostcode } from '../../../ui/format'
import { refreshCustomer } from '../../../components/refresh-customer'

const schema = z.object({
  label: requiredText('a label, such as Home', 60),
  line1: requiredText('the first line', 200),
  line2: optionalText(200),
  city: requiredText('the town or city', 100),
  postcode: z.pipe(requiredText('the postcode', 20), z.transform(formatPostcode)),
  floor: optionalText(20),
  flat: optionalText(20),
  hasLift: z.pipe(
    z.enum(['', 'yes', 'no']),
    z.transform((lift: '' | 'yes' | 'no') => (lift === '' ? undefined : lift === 'yes')),
  ),
  accessNotes: optionalText(2000),
  isDefault: z.boolean(),
})

type Input = z.input<typeof schema>
type Output = z.output<typeof schema>

interface AddressDialogProps {
  customerId: string
  /** Undefined where a new one is added. */
  address: Address | undefined
  onClose: () => void
}

export default function AddressDialog({ customerId, address, onClose }: AddressDialogProps) {
  const queryClient = useQueryClient()
  const form = useForm<Input, unknown, Output>({
    resolver: zodResolver(schema),
    defaultValues: {
      label: address?.label ?? '',
      line1: address?.line1 ?? '',
      line2: address?.line2 ?? '',
      city: address?.city ?? '',
      postcode: address?.postcode ?? '',
      floor: address?.floor ?? '',
      flat: address?.flat ?? '',
      hasLift: inWords(address?.hasLift),
      accessNotes: address?.accessNotes ?? '',
      isDefault: address?.isDefault ?? false,
    },
  })
  const { errors } = form.formState
  const conflict = useConflict(address?.version ?? 0, () => {
    const values = form.getValues()
    const labels: Partial<Record<keyof Input, string>> = {
      label: 'Label',
      line1: 'Line 1',
      line2: 'Line 2',
      city: 'Town or city',
      postcode: 'Postcode',
      floor: 'Floor',
      flat: 'Flat',
      accessNotes: 'Access notes',
    }
    return (Object.keys(labels) as (keyof Input)[]).map((name) => ({
      name,
      label: labels[name] ?? name,
      mine: values[name],
      take: (theirs: unknown) =>
        form.setValue(name, typeof theirs === 'string' ? theirs : '', { shouldDirty: true }),
    }))
  })

  const save = async (body: Output) => {
    if (address) {
      await updateAddress({
        path: { id: customerId, addressId: address.id },
        headers: { 'if-match': conflict.ifMatch },
        body,
        throwOnError: true,
      })
    } else {
      await createAddress({ path: { id: customerId }, body, throwOnError: true })
    }
    void refreshCustomer(queryClient, customerId)
    toastDone(address ? 'Address saved' : 'Address added')
  }

  return (
    <FormDialog
      title={address ? `Edit address: ${address.label}` : 'New address'}
      act={address ? 'Save changes' : 'Add address'}
      form={form}
      onSubmit={save}
      onProblem={conflict.onProblem}
      onClose={onClose}
    >
      <EditingToo customerId={customerId} />
      {conflict.notice}
      <div className="form-columns">
        <FormField label="Label" error={errors.label?.message} help="Home, New flat, Storage" whole>
          <Input {...form.register('label')} />
        </FormField>
        <FormField label="Line 1" error={errors.line1?.message} whole>
          <Input autoComplete="off" {...form.register('line1')} />
        </FormField>
        <FormField label="Line 2" optional error={errors.line2?.message} whole>
          <Input autoComplete="off" {...form.register('line2')} />
        </FormField>
        <FormField label="Town or city" error={errors.city?.message}>
          <Input autoComplete="off" {...form.register('city')} />
        </FormField>
        <FormField label="Postcode" error={errors.postcode?.message}>
          <Input autoComplete="off" {...form.register('postcode')} />
        </FormField>
        <FormField label="Flat" optional error={errors.flat?.message}>
          <Input {...form.register('flat')} />
        </FormField>
        <FormField label="Floor" optional error={errors.floor?.message}>
          <Input {...form.register('floor')} />
        </FormField>
        <FormField label="Lift" error={errors.hasLift?.message} whole>
          <NativeSelect.Root>
            <NativeSelect.Field {...form.register('hasLift')}>
              <option value="">Not known</option>
              <option value="yes">There is a lift</option>
              <option value="no">There is no lift</option>
            </NativeSelect.Field>
            <NativeSelect.Indicator />
          </NativeSelect.Root>
        </FormField>
        <FormField
          label="Access notes"
          optional
          error={errors.accessNotes?.message}
          help="Parking, codes, narrow stairs"
          whole
        >
          <Textarea rows={3} {...form.register('accessNotes')} />
        </FormField>
        <label className="check whole">
          <input type="checkbox" {...form.register('isDefault')} />
          <span>The usual address of this customer</span>
        </label>
      </div>
    </FormDialog>
  )
}

function inWords(lift: boolean | null | undefined): Input['hasLift'] {
  if (lift === undefined || lift === null) return ''
  return lift ? 'yes' : 'no'
}

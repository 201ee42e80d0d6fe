import { Input, NativeSelect, Textarea } from '@chakra-ui/react'
import { zodResolver } from '@hookform/resolvers/zod'
import { useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { useForm, useWatch } from 'react-hook-form'
import * as z from 'zod/mini'
import {
  createDataRequest,
  newIdempotencyKey,
  type DataRequestChannel,
  type DataRequestKind,
  type Nation,
} from '../../../api'
import { optionalText, requiredText } from '../../../components/form-text'
import { FormDialog } from '../../../components/FormDialog'
import { toastDone } from '../../../components/toast'
import { FormField } from '../../../ui/Field'
import { londonDay } from '../../../ui/format'
import { useNow } from '../../../ui/now'
import { CustomerPicker } from '../../../components/CustomerPicker'
import { refreshRequests } from '../step'
import { channels, keysOf, kindsExplained, nations, numberOf } from '../words'

const schema = z.object({
  kind: z.pipe(z.string(), z.enum(keysOf<DataRequestKind>(kindsExplained), 'Choose what is asked')),
  customerId: z.string(),
  requester: optionalText(300),
  channel: z.pipe(z.string(), z.enum(keysOf<DataRequestChannel>(channels), 'Choose how it came')),
  receivedOn: z.string().check(z.minLength(1, 'Enter the day it came')),
  asked: requiredText('what was asked, in their words', 10_000),
  nation: z.pipe(z.string(), z.enum(keysOf<Nation>(nations))),
})

type Given = z.input<typeof schema>
type Checked = z.output<typeof schema>

interface NewRequestDialogProps {
  /** Known when it is written down on the customer's page. */
  customerId?: string
  onClose: () => void
  onCreated: (id: string) => void
}

/** A request as it came: the clock begins with the day of receipt. */
export default function NewRequestDialog(props: NewRequestDialogProps) {
  const queryClient = useQueryClient()
  const [key] = useState(newIdempotencyKey)
  const made = useRef<string>(undefined)
  const today = londonDay(useNow())
  const form = useForm<Given, unknown, Checked>({
    resolver: zodResolver(schema),
    defaultValues: {
      kind: '',
      customerId: props.customerId ?? '',
      requester: '',
      channel: '',
      receivedOn: today,
      asked: '',
      nation: 'england_and_wales',
    },
  })
  const { errors } = form.formState
  const customerId = useWatch({ control: form.control, name: 'customerId' })

  const create = async ({ customerId: chosen, requester, ...values }: Checked) => {
    const { data } = await createDataRequest({
      headers: { 'idempotency-key': key },
      body: {
        ...values,
        ...(chosen === '' ? { requester } : { customerId: chosen }),
      },
      throwOnError: true,
    })
    void refreshRequests(queryClient, data.customerId)
    toastDone(`${numberOf(data)} written down`)
    made.current = data.id
  }

  return (
    <FormDialog
      title="New data request"
      act="Write down"
      size="lg"
      form={form}
      onSubmit={create}
      onSaved={() => {
        if (made.current !== undefined) props.onCreated(made.current)
      }}
      onClose={props.onClose}
    >
      <FormField label="What is asked" error={errors.kind?.message}>
        <Choice words={kindsExplained} none="Choose what is asked" {...form.register('kind')} />
      </FormField>
      {props.customerId ? null : (
        <CustomerPicker
          value={customerId}
          onChange={(id) => form.setValue('customerId', id, { shouldDirty: true })}
          error={errors.customerId?.message}
          help="Leave it empty when nobody knows yet who it is."
        />
      )}
      {customerId === '' ? (
        <FormField
          label="Who asks"
          error={errors.requester?.message}
          help="What they call themselves, and how to reach them. The customer can be found later."
        >
          <Input autoComplete="off" dir="auto" {...form.register('requester')} />
        </FormField>
      ) : null}
      <FormField label="In their words" error={errors.asked?.message}>
        <Textarea rows={4} dir="auto" {...form.register('asked')} />
      </FormField>
      <div className="form-columns">
        <FormField
          label="Received on"
          error={errors.receivedOn?.message}
          help="The day it came, whoever it came to."
        >
          <Input type="date" max={today} {...form.register('receivedOn')} />
        </FormField>
        <FormField label="How it came" error={errors.channel?.message}>
          <Choice words={channels} none="Choose how it came" {...form.register('channel')} />
        </FormField>
      </div>
      <FormField
        label="Bank holidays of"
        error={errors.nation?.message}
        help="Where the person is, as far as we know."
      >
        <Choice words={nations} {...form.register('nation')} />
      </FormField>
    </FormDialog>
  )
}

type ChoiceProps = React.ComponentProps<typeof NativeSelect.Field> & {
  words: Record<string, string>
  none?: string
}

export function Choice({ words, none, ...field }: ChoiceProps) {
  return (
    <NativeSelect.Root>
      <NativeSelect.Field {...field}>
        {none ? <option value="">{none}</option> : null}
        {Object.entries(words).map(([code, text]) => (
          <option key={code} value={code}>
            {text}
          </option>
        ))}
      </NativeSelect.Field>
      <NativeSelect.Indicator />
    </NativeSelect.Root>
  )
}

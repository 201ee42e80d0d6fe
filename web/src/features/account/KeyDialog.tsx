import { Button, Field, Input, NativeSelect } from '@chakra-ui/react'
import { zodResolver } from '@hookform/resolvers/zod'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import { createApiKey, listApiKeysQueryKey, listRolesOptions } from '../../api'
import { requiredText } from '../../components/form-text'
import { FormDialog } from '../../components/FormDialog'
import { useMe } from '../../components/me'
import { CopyButton } from '../../ui/CopyButton'
import { FormField } from '../../ui/Field'
import { sentence } from '../../ui/format'
import Modal from '../../ui/Modal'

const schema = z.object({
  name: requiredText('what uses the key', 100),
  days: z.enum(['7', '30', '90', '365']),
  scopes: z.array(z.string()).check(z.minLength(1, 'Choose at least one permission')),
})

type Values = z.infer<typeof schema>

export default function KeyDialog({ onClose }: { onClose: () => void }) {
  const me = useMe()
  const queryClient = useQueryClient()
  const table = useQuery({ ...listRolesOptions(), staleTime: Infinity })
  const [made, setMade] = useState<string>()
  const form = useForm<Values, unknown, Values>({
    resolver: zodResolver(schema),
    defaultValues: { name: '', days: '90', scopes: [] },
  })
  const { errors } = form.formState
  const choices = (table.data?.permissions ?? []).filter(
    ({ name, roles }) => name !== 'account.own' && roles.includes(me.role),
  )

  if (made) return <KeyMade apiKey={made} onClose={onClose} />

  const make = async ({ name, days, scopes }: Values) => {
    const { data } = await createApiKey({
      body: { name, scopes, days: Number(days) },
      throwOnError: true,
    })
    void queryClient.invalidateQueries({ queryKey: listApiKeysQueryKey() })
    setMade(data.key)
  }

  return (
    <FormDialog
      title="New API key"
      act="Make key"
      form={form}
      onSubmit={make}
      onSaved={() => undefined}
      onClose={onClose}
    >
      <FormField
        label="Name"
        error={errors.name?.message}
        help="What uses it, such as “Warehouse display”."
      >
        <Input autoComplete="off" {...form.register('name')} />
      </FormField>
      <FormField label="Good for" error={errors.days?.message}>
        <NativeSelect.Root>
          <NativeSelect.Field {...form.register('days')}>
            <option value="7">7 days</option>
            <option value="30">30 days</option>
            <option value="90">90 days</option>
            <option value="365">a year</option>
          </NativeSelect.Field>
          <NativeSelect.Indicator />
        </NativeSelect.Root>
      </FormField>
      <fieldset className="stack tight">
        <legend className="form-legend">The key may</legend>
        {choices.map(({ name, act }) => (
          <label key={name} className="check">
            <input type="checkbox" value={name} {...form.register('scopes')} />
            <span>{sentence(act)}</span>
          </label>
        ))}
        <Field.Root invalid={errors.scopes !== undefined}>
          <Field.ErrorText role="alert">{errors.scopes?.message}</Field.ErrorText>
        </Field.Root>
        <p className="muted small">
          Exports, ceilings and other dangerous acts stay closed to keys, whatever is chosen here.
        </p>
      </fieldset>
    </FormDialog>
  )
}

function KeyMade({ apiKey, onClose }: { apiKey: string; onClose: () => void }) {
  return (
    <Modal
      title="Your API key"
      question
      onClose={onClose}
      footer={
        <Button size="sm" colorPalette="accent" onClick={onClose}>
          I have kept it
        </Button>
      }
    >
      <div className="stack">
        <p>Keep it where only your program can read it. It cannot be shown again.</p>
        <div className="one-time-link">
          <span>{apiKey}</span>
          <CopyButton text={apiKey} what="API key" />
        </div>
      </div>
    </Modal>
  )
}

import { Input } from '@chakra-ui/react'
import { zodResolver } from '@hookform/resolvers/zod'
import { useQueryClient } from '@tanstack/react-query'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import { listSightLimitsQueryKey, updateSightLimits, type SightLimits } from '../../api'
import { FormDialog } from '../../components/FormDialog'
import { roleInWords } from '../../components/permissions'
import { toastDone } from '../../components/toast'
import { FormField } from '../../ui/Field'

/** A whole number, or nothing for no bound. */
const optionalCount = z.pipe(
  z.string().check(
    z.trim(),
    z.refine((text) => /^\d{0,7}$/.test(text), 'Enter a whole number, or nothing'),
  ),
  z.transform((text: string) => (text === '' ? null : Number(text))),
)

const schema = z.object({ reveals: optionalCount, alarm: optionalCount, stop: optionalCount })

const asText = (count: number | null | undefined) => count?.toString() ?? ''

interface SightLimitsDialogProps {
  limits: SightLimits
  onClose: () => void
}

export default function SightLimitsDialog({ limits, onClose }: SightLimitsDialogProps) {
  const queryClient = useQueryClient()
  const { role, version, hidden } = limits
  const form = useForm<z.input<typeof schema>, unknown, z.output<typeof schema>>({
    resolver: zodResolver(schema),
    defaultValues: {
      reveals: asText(limits.reveals),
      alarm: asText(limits.alarm),
      stop: asText(limits.stop),
    },
  })
  const { errors } = form.formState

  const save = async (values: z.output<typeof schema>) => {
    try {
      await updateSightLimits({ body: { role, version, ...values }, throwOnError: true })
      toastDone('Bounds saved')
    } finally {
      void queryClient.invalidateQueries({ queryKey: listSightLimitsQueryKey() })
    }
  }

  return (
    <FormDialog
      title={`Reading: ${roleInWords(role)}`}
      act="Save bounds"
      form={form}
      onSubmit={save}
      onClose={onClose}
    >
      <p className="muted">Customers by one person in a day. What is left empty has no bound.</p>
      {hidden ? (
        <FormField label="Reveals" error={errors.reveals?.message}>
          <Input inputMode="numeric" autoComplete="off" {...form.register('reveals')} />
        </FormField>
      ) : null}
      <FormField label="Alarm at" error={errors.alarm?.message}>
        <Input inputMode="numeric" autoComplete="off" {...form.register('alarm')} />
      </FormField>
      <FormField label="Stop after" error={errors.stop?.message}>
        <Input inputMode="numeric" autoComplete="off" {...form.register('stop')} />
      </FormField>
    </FormDialog>
  )
}

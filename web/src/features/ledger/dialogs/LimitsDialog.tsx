import { Input } from '@chakra-ui/react'
import { zodResolver } from '@hookform/resolvers/zod'
import { useQueryClient } from '@tanstack/react-query'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import { listLimitsQueryKey, updateLimits, type Limits } from '../../../api'
import { optionalMoney } from '../../../components/form-money'
import { FormDialog } from '../../../components/FormDialog'
import { roleInWords } from '../../../components/permissions'
import { toastDone } from '../../../components/toast'
import { FormField } from '../../../ui/Field'
import { acts } from '../words'

const schema = z.object({
  perAct: optionalMoney,
  perCustomer90Days: optionalMoney,
  perPersonDay: optionalMoney,
})

const inPounds = (pence: number | null | undefined) =>
  pence === null || pence === undefined ? '' : (pence / 100).toFixed(2)

const fields = [
  ['perAct', 'Per act'],
  ['perCustomer90Days', 'Per customer in 90 days'],
  ['perPersonDay', 'Per person and day'],
] as const

export default function LimitsDialog({ limits, onClose }: { limits: Limits; onClose: () => void }) {
  const queryClient = useQueryClient()
  const { role, act, version } = limits
  const form = useForm<z.input<typeof schema>, unknown, z.output<typeof schema>>({
    resolver: zodResolver(schema),
    defaultValues: {
      perAct: inPounds(limits.perAct),
      perCustomer90Days: inPounds(limits.perCustomer90Days),
      perPersonDay: inPounds(limits.perPersonDay),
    },
  })

  const save = async (values: z.output<typeof schema>) => {
    try {
      await updateLimits({ body: { role, act, version, ...values }, throwOnError: true })
      toastDone('Ceilings saved')
    } finally {
      void queryClient.invalidateQueries({ queryKey: listLimitsQueryKey() })
    }
  }

  return (
    <FormDialog
      title={`Ceilings of ${roleInWords(role)}: ${acts[act].toLowerCase()}`}
      act="Save ceilings"
      form={form}
      onSubmit={save}
      onClose={onClose}
    >
      <p className="muted">In pounds. What is left empty has no ceiling; £0.00 asks every time.</p>
      {fields.map(([name, label]) => (
        <FormField key={name} label={label} error={form.formState.errors[name]?.message}>
          <Input inputMode="decimal" autoComplete="off" {...form.register(name)} />
        </FormField>
      ))}
    </FormDialog>
  )
}

import { Input } from '@chakra-ui/react'
import { zodResolver } from '@hookform/resolvers/zod'
import { useQueryClient } from '@tanstack/react-query'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import { readRetentionQueryKey, updateRetentionRule, type RetentionRule } from '../../api'
import { FormDialog } from '../../components/FormDialog'
import { toastDone } from '../../components/toast'
import { FormField } from '../../ui/Field'
import { monthsInWords } from './words'

interface PeriodDialogProps {
  rule: RetentionRule
  onClose: () => void
}

export default function PeriodDialog({ rule, onClose }: PeriodDialogProps) {
  const queryClient = useQueryClient()
  const { name, version, leastMonths: least, mostMonths: most } = rule
  const bounds = `A whole number from ${String(least)} to ${String(most)}`
  const schema = z.object({
    months: z.pipe(
      z.string().check(
        z.trim(),
        z.refine(
          (text) => /^\d{1,3}$/.test(text) && Number(text) >= least && Number(text) <= most,
          bounds,
        ),
      ),
      z.transform(Number),
    ),
  })
  const form = useForm<z.input<typeof schema>, unknown, z.output<typeof schema>>({
    resolver: zodResolver(schema),
    defaultValues: { months: String(rule.months) },
  })

  const save = async ({ months }: z.output<typeof schema>) => {
    try {
      await updateRetentionRule({ body: { name, months, version }, throwOnError: true })
      toastDone('Period saved')
    } finally {
      void queryClient.invalidateQueries({ queryKey: readRetentionQueryKey() })
    }
  }

  return (
    <FormDialog
      title={`Period: ${rule.title}`}
      act="Save period"
      form={form}
      onSubmit={save}
      onClose={onClose}
    >
      <p className="muted">
        Counted from {rule.since}. {rule.why}
      </p>
      <FormField
        label="Months"
        error={form.formState.errors.months?.message}
        help={`${bounds}; ${monthsInWords(rule.defaultMonths)} unless set.`}
      >
        <Input inputMode="numeric" autoComplete="off" {...form.register('months')} />
      </FormField>
    </FormDialog>
  )
}

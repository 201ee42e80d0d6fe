import { Textarea } from '@chakra-ui/react'
import { zodResolver } from '@hookform/resolvers/zod'
import { useQueryClient } from '@tanstack/react-query'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import { discardJob, listDeadJobsInfiniteQueryKey, type DeadJob } from '../../api'
import { requiredText } from '../../components/form-text'
import { FormDialog } from '../../components/FormDialog'
import { toastDone } from '../../components/toast'
import { FormField } from '../../ui/Field'
import { jobInWords } from '../../ui/job-kinds'

const schema = z.object({ word: requiredText('a few words', 500) })

type Values = z.infer<typeof schema>

export default function DiscardDialog({ job, onClose }: { job: DeadJob; onClose: () => void }) {
  const queryClient = useQueryClient()
  const form = useForm<Values, unknown, Values>({
    resolver: zodResolver(schema),
    defaultValues: { word: '' },
  })

  const discard = async (body: Values) => {
    try {
      await discardJob({ path: { id: job.id }, body, throwOnError: true })
      toastDone(`${jobInWords(job.kind)}: let go`)
    } finally {
      void queryClient.invalidateQueries({ queryKey: listDeadJobsInfiniteQueryKey() })
    }
  }

  return (
    <FormDialog
      title={`Let go: ${jobInWords(job.kind).toLowerCase()}`}
      act="Let it go"
      form={form}
      onSubmit={discard}
      onClose={onClose}
    >
      <p>It is never tried again. What it was to do has to be done by hand, or not at all.</p>
      <FormField
        label="Why"
        error={form.formState.errors.word?.message}
        help="The audit trail keeps it."
      >
        <Textarea rows={2} dir="auto" {...form.register('word')} />
      </FormField>
    </FormDialog>
  )
}

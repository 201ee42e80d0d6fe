import { Input, Textarea } from '@chakra-ui/react'
import { zodResolver } from '@hookform/resolvers/zod'
import { useQueryClient } from '@tanstack/react-query'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import {
  approveErasure,
  liftLegalHold,
  placeLegalHold,
  planErasure,
  type ErasurePage,
} from '../../api'
import { requiredText } from '../../components/form-text'
import { FormDialog } from '../../components/FormDialog'
import { refreshCustomer } from '../../components/refresh-customer'
import { toastDone } from '../../components/toast'
import { FormField } from '../../ui/Field'
import { formatDate, plural } from '../../ui/format'
import { Callout } from '../../ui/states'

export type Asked = 'plan' | 'approve' | 'place' | 'lift'

interface ErasureDialogsProps {
  asked: Asked
  customerId: string
  page: ErasurePage
  onClose: () => void
}

const REASON_LENGTH = 500

const words = {
  plan: {
    title: 'Plan an erasure',
    act: 'Make the plan',
    label: 'Why they are to be erased',
    help: 'Such as the number of their request. The reason is erased with them.',
    done: 'Plan made',
  },
  place: {
    title: 'Place a legal hold',
    act: 'Place the hold',
    label: 'Why everything has to be kept',
    help: 'Such as a court case or an inquiry.',
    done: 'Legal hold placed',
  },
  lift: {
    title: 'Lift the legal hold',
    act: 'Lift the hold',
    label: 'Why it is no longer needed',
    help: undefined,
    done: 'Legal hold lifted',
  },
}

export default function ErasureDialogs(props: ErasureDialogsProps) {
  return props.asked === 'approve' ? (
    <ApproveDialog {...props} />
  ) : (
    <ReasonDialog {...props} asked={props.asked} />
  )
}

/** What can be said already of who is proposed. */
function whyProposed({ proposal }: ErasurePage) {
  return proposal ? `Archived; nothing heard since ${formatDate(proposal.lastContactAt)}` : ''
}

const reasoned = z.object({ reason: requiredText('a reason', REASON_LENGTH) })

type Reasoned = z.infer<typeof reasoned>

function ReasonDialog(props: ErasureDialogsProps & { asked: keyof typeof words }) {
  const { asked, customerId: id, page } = props
  const { title, act, label, help, done } = words[asked]
  const queryClient = useQueryClient()
  const form = useForm<Reasoned>({
    resolver: zodResolver(reasoned),
    defaultValues: { reason: asked === 'plan' ? whyProposed(page) : '' },
  })
  const hold = page.holds.find(({ liftedAt }) => !liftedAt)

  const submit = async (body: Reasoned) => {
    if (asked === 'plan') await planErasure({ path: { id }, body, throwOnError: true })
    else if (asked === 'place') await placeLegalHold({ path: { id }, body, throwOnError: true })
    else if (hold) await liftLegalHold({ path: { id: hold.id }, body, throwOnError: true })
    toastDone(done)
    await refreshCustomer(queryClient, id)
  }

  return (
    <FormDialog title={title} act={act} form={form} onSubmit={submit} onClose={props.onClose}>
      <FormField label={label} error={form.formState.errors.reason?.message} help={help}>
        <Textarea rows={3} dir="auto" {...form.register('reason')} />
      </FormField>
    </FormDialog>
  )
}

const CONFIRMED = 'erase'
const confirming = z.object({
  word: z.string().check(z.refine((word) => word.trim().toLowerCase() === CONFIRMED, 'Type erase')),
})

/** The one step that cannot be undone: the second person sees what goes, and says so. */
function ApproveDialog({ customerId, page, onClose }: ErasureDialogsProps) {
  const queryClient = useQueryClient()
  const form = useForm<z.infer<typeof confirming>>({
    resolver: zodResolver(confirming),
    defaultValues: { word: '' },
  })
  const erasure = page.erasure
  if (!erasure) return null
  const { plan } = erasure
  const records = plan.goes.reduce((sum, { rows }) => sum + rows, 0)

  const submit = async () => {
    await approveErasure({
      path: { id: erasure.id },
      body: { planHash: erasure.planHash },
      throwOnError: true,
    })
    toastDone('Approved; it is being erased')
    await refreshCustomer(queryClient, customerId)
  }

  return (
    <FormDialog
      title="Approve and erase"
      act="Erase for good"
      form={form}
      onSubmit={submit}
      onClose={onClose}
    >
      <Callout tone="warning">
        <p>
          The content of {plural(records, 'record')} goes, and the key to{' '}
          {plural(plan.values, 'value')} in the audit trail. Nothing brings it back. The books stay
          as they are.
        </p>
      </Callout>
      <FormField label="Type “erase” to go on" error={form.formState.errors.word?.message}>
        <Input autoComplete="off" {...form.register('word')} />
      </FormField>
    </FormDialog>
  )
}

import { Button, Textarea } from '@chakra-ui/react'
import { zodResolver } from '@hookform/resolvers/zod'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { ArrowLeftRight } from 'lucide-react'
import { useForm, type UseFormReturn } from 'react-hook-form'
import * as z from 'zod/mini'
import { mergeCustomers, previewMergeQueryKey, type Customer, type MergePreview } from '../../api'
import { requiredText } from '../../components/form-text'
import { FormDialog } from '../../components/FormDialog'
import { refreshMoney } from '../../components/refresh-customer'
import { toastDone } from '../../components/toast'
import { FormField } from '../../ui/Field'
import { formatPhone } from '../../ui/format'
import { Comparison } from './Comparison'
import { movesInWords } from './words'

const REASON_LENGTH = 500
const side = z.enum(['survivor', 'other'])
const schema = z.object({
  name: side,
  email: side,
  phone: side,
  reason: requiredText('a reason', REASON_LENGTH),
})

type Input = z.input<typeof schema>
type Choice = 'name' | 'email' | 'phone'

const labels = { name: 'Name', email: 'E-mail', phone: 'Phone' } as const

function valueOf(customer: Customer, choice: Choice) {
  const value = customer[choice]
  return choice === 'phone' && value ? formatPhone(value) : value
}

export function MergeForm({ preview, onClose }: { preview: MergePreview; onClose: () => void }) {
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const { survivor, other, moves, credit } = preview
  const first = (choice: Choice) => (survivor[choice] || !other[choice] ? 'survivor' : 'other')
  const form = useForm<Input, unknown, z.output<typeof schema>>({
    resolver: zodResolver(schema),
    defaultValues: { name: 'survivor', email: first('email'), phone: first('phone'), reason: '' },
  })
  const differing = (['name', 'email', 'phone'] as const).filter(
    (choice) =>
      valueOf(survivor, choice) !== valueOf(other, choice) && survivor[choice] && other[choice],
  )

  const submit = async ({ reason, ...keep }: z.output<typeof schema>) => {
    await mergeCustomers({
      path: { id: survivor.id },
      body: {
        otherId: other.id,
        survivorVersion: survivor.version,
        otherVersion: other.version,
        keep,
        reason,
      },
      throwOnError: true,
    })
    toastDone(`${other.name} is part of this record now`)
    void refreshMoney(queryClient, survivor.id)
  }

  return (
    <FormDialog
      title="Merge with another record"
      act="Merge"
      size="lg"
      form={form}
      onSubmit={submit}
      onClose={onClose}
      onProblem={({ code }) => {
        // What was looked at is no longer how it is: shown afresh, with what stands in the way now.
        if (code !== 'changed_meanwhile') return false
        const key = { path: { id: survivor.id }, query: { other: other.id } }
        void queryClient.invalidateQueries({ queryKey: previewMergeQueryKey(key) })
        toastDone('One of the two was changed meanwhile. Look at both again.')
        return true
      }}
    >
      <Comparison preview={preview} />
      {differing.map((choice) => (
        <Keep key={choice} choice={choice} preview={preview} form={form} />
      ))}
      <p>
        From the other record {movesInWords(moves, credit)} {moved(preview)} here. An e-mail address
        or number that is not kept becomes a contact. The merge can be undone.
      </p>
      <FormField label="Why they are the same person" error={form.formState.errors.reason?.message}>
        <Textarea rows={2} dir="auto" {...form.register('reason')} />
      </FormField>
      <p>
        <Button
          size="xs"
          variant="outline"
          onClick={() =>
            void navigate({
              to: '/admin/customers/$customerId',
              params: { customerId: other.id },
              search: { act: 'merge', on: survivor.id },
            })
          }
        >
          <ArrowLeftRight aria-hidden="true" />
          Keep the other record instead
        </Button>
      </p>
    </FormDialog>
  )
}

/** One thing moves, several move. */
function moved({ moves, credit }: MergePreview) {
  const { credits, ...things } = moves
  const kinds = Object.values(things).filter((count) => count > 0)
  const alone = kinds.length === 1 && kinds[0] === 1 && credit === 0
  const nothing = kinds.length === 0
  return alone || nothing ? 'moves' : 'move'
}

function Keep(props: {
  choice: Choice
  preview: MergePreview
  form: UseFormReturn<Input, unknown, z.output<typeof schema>>
}) {
  const { choice, preview, form } = props
  const sides = [
    ['survivor', preview.survivor],
    ['other', preview.other],
  ] as const
  return (
    <fieldset className="choices">
      <legend className="form-legend">{labels[choice]} to keep</legend>
      {sides.map(([value, customer]) => (
        <label key={value} className="choice">
          <span className="truncate" dir="auto">
            {valueOf(customer, choice)}
          </span>
          <input type="radio" value={value} {...form.register(choice)} />
        </label>
      ))}
    </fieldset>
  )
}

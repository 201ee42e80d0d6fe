import { Input, NativeSelect, Textarea } from '@chakra-ui/react'
import { zodResolver } from '@hookform/resolvers/zod'
import { useState, type ReactNode } from 'react'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import {
  previewBulkAct,
  selectCustomers,
  type BulkAct,
  type BulkAction,
  type BulkPreview,
  type Selection,
  type SelectionInput,
} from '../../../../api'
import { optionalText, requiredText } from '../../../../components/form-text'
import { FormDialog } from '../../../../components/FormDialog'
import { flagWord } from '../../../../components/status'
import { FormField } from '../../../../ui/Field'
import { londonDay, plural } from '../../../../ui/format'
import { useNow } from '../../../../ui/now'
import { flagKinds } from '../../flags'
import { BulkPreviewDialog } from './BulkPreviewDialog'

const REASON_LENGTH = 500

interface BulkDialogProps {
  action: BulkAction
  choice: SelectionInput
  count: number
  onClose: () => void
  onStarted: (run: string) => void
}

interface Foretold {
  selection: Selection
  act: BulkAct
  preview: BulkPreview
}

/** What is to be done; then what it would come to; then it is done. */
export default function BulkDialog({ action, choice, count, onClose, onStarted }: BulkDialogProps) {
  const [foretold, setForetold] = useState<Foretold>()

  /** Who is chosen is frozen here, once: what is shown is what is acted on. */
  const [frozen] = useState(() => {
    let made: Promise<Selection> | undefined
    return () => {
      made ??= selectCustomers({ body: choice, throwOnError: true }).then(({ data }) => data)
      made.catch(() => {
        made = undefined
      })
      return made
    }
  })
  const foretell = async (act: BulkAct) => {
    const selection = await frozen()
    const path = { id: selection.id }
    const { data: preview } = await previewBulkAct({ path, body: act, throwOnError: true })
    setForetold({ selection, act, preview })
  }

  if (foretold) {
    return <BulkPreviewDialog {...foretold} onClose={onClose} onStarted={onStarted} />
  }
  const of = plural(count, 'customer')
  const props = { of, onClose, onForetell: foretell }
  switch (action) {
    case 'add_flag':
      return <FlagForm {...props} />
    case 'remove_flag':
      return <UnflagForm {...props} />
    case 'archive':
      return <ArchiveForm {...props} />
    case 'restore':
      return <RestoreForm {...props} />
  }
}

interface FormProps {
  /** How many there are, in words. */
  of: string
  onClose: () => void
  onForetell: (act: BulkAct) => Promise<void>
}

const NEXT = 'Check first'
const stay = () => undefined

const flagging = z.object({
  kind: z.pipe(z.string(), z.enum(flagKinds, 'Choose a kind')),
  reason: requiredText('the reason', REASON_LENGTH),
  notes: optionalText(2000),
  expiresOn: optionalText(10),
})

function FlagForm({ of, onClose, onForetell }: FormProps) {
  const today = londonDay(useNow())
  const form = useForm<z.input<typeof flagging>, unknown, z.output<typeof flagging>>({
    resolver: zodResolver(flagging),
    defaultValues: { kind: '', reason: '', notes: '', expiresOn: '' },
  })
  const { errors } = form.formState
  return (
    <FormDialog
      title={`Flag ${of}`}
      act={NEXT}
      busy="Checking…"
      form={form}
      onSubmit={(values) => onForetell({ action: 'add_flag', ...values })}
      onSaved={stay}
      onClose={onClose}
    >
      <KindField error={errors.kind?.message}>
        <NativeSelect.Field {...form.register('kind')}>
          <Kinds />
        </NativeSelect.Field>
      </KindField>
      <FormField
        label="Reason"
        error={errors.reason?.message}
        help="Everybody who opens one of these customers sees it."
      >
        <Input autoComplete="off" dir="auto" {...form.register('reason')} />
      </FormField>
      <FormField label="Notes" optional error={errors.notes?.message}>
        <Textarea rows={3} dir="auto" {...form.register('notes')} />
      </FormField>
      <FormField
        label="Last day"
        optional
        error={errors.expiresOn?.message}
        help="The flag counts until the end of this day. Without one it stays until somebody removes it."
      >
        <Input type="date" min={today} {...form.register('expiresOn')} />
      </FormField>
    </FormDialog>
  )
}

const unflagging = z.pick(flagging, { kind: true, reason: true })

function UnflagForm({ of, onClose, onForetell }: FormProps) {
  const form = useForm<z.input<typeof unflagging>, unknown, z.output<typeof unflagging>>({
    resolver: zodResolver(unflagging),
    defaultValues: { kind: '', reason: '' },
  })
  const { errors } = form.formState
  return (
    <FormDialog
      title={`Remove a flag from ${of}`}
      act={NEXT}
      busy="Checking…"
      form={form}
      onSubmit={(values) => onForetell({ action: 'remove_flag', ...values })}
      onSaved={stay}
      onClose={onClose}
    >
      <KindField error={errors.kind?.message}>
        <NativeSelect.Field {...form.register('kind')}>
          <Kinds />
        </NativeSelect.Field>
      </KindField>
      <FormField
        label="Why it goes"
        error={errors.reason?.message}
        help="Kept in the history of flags. Flags that were removed do not come back by an undo."
      >
        <Input autoComplete="off" dir="auto" {...form.register('reason')} />
      </FormField>
    </FormDialog>
  )
}

const archiving = z.object({ reason: optionalText(REASON_LENGTH) })

function ArchiveForm({ of, onClose, onForetell }: FormProps) {
  const form = useForm<z.input<typeof archiving>, unknown, z.output<typeof archiving>>({
    resolver: zodResolver(archiving),
    defaultValues: { reason: '' },
  })
  return (
    <FormDialog
      title={`Archive ${of}`}
      act={NEXT}
      busy="Checking…"
      form={form}
      onSubmit={(values) => onForetell({ action: 'archive', ...values })}
      onSaved={stay}
      onClose={onClose}
    >
      <p>
        They disappear from lists and search, and their e-mail addresses become free for new
        customers. Nothing is deleted: the trash keeps them, and they can be restored.
      </p>
      <FormField
        label="Why"
        optional
        error={form.formState.errors.reason?.message}
        help="The trash shows it."
      >
        <Input autoComplete="off" dir="auto" {...form.register('reason')} />
      </FormField>
    </FormDialog>
  )
}

function RestoreForm({ of, onClose, onForetell }: FormProps) {
  const form = useForm({ defaultValues: {} })
  return (
    <FormDialog
      title={`Restore ${of}`}
      act={NEXT}
      busy="Checking…"
      form={form}
      onSubmit={() => onForetell({ action: 'restore' })}
      onSaved={stay}
      onClose={onClose}
    >
      <p>They come back with everything that belongs to them.</p>
    </FormDialog>
  )
}

function KindField({ error, children }: { error: string | undefined; children: ReactNode }) {
  return (
    <FormField label="Kind" error={error}>
      <NativeSelect.Root>
        {children}
        <NativeSelect.Indicator />
      </NativeSelect.Root>
    </FormField>
  )
}

function Kinds() {
  return (
    <>
      <option value="">Choose a kind</option>
      {flagKinds.map((kind) => (
        <option key={kind} value={kind}>
          {flagWord(kind)}
        </option>
      ))}
    </>
  )
}

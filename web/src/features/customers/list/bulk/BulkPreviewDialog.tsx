import { Button } from '@chakra-ui/react'
import { useState } from 'react'
import {
  asProblem,
  newIdempotencyKey,
  startBulkRun,
  type BulkAct,
  type BulkPreview,
  type BulkReason,
  type NamedCustomer,
  type Problem,
  type Selection,
} from '../../../../api'
import { flagWord } from '../../../../components/status'
import { ActButton } from '../../../../ui/ActButton'
import { formatCount, plural } from '../../../../ui/format'
import Modal from '../../../../ui/Modal'
import { Callout, RequestId } from '../../../../ui/states'

interface BulkPreviewDialogProps {
  selection: Selection
  act: BulkAct
  preview: BulkPreview
  onClose: () => void
  onStarted: (run: string) => void
}

/** What the act would come to, in numbers and by name, before anything is done. */
export function BulkPreviewDialog(props: BulkPreviewDialogProps) {
  const { selection, act, preview } = props
  const [problem, setProblem] = useState<Problem>()
  const [busy, setBusy] = useState(false)
  // Made with the dialog: pressed twice, it is one run.
  const [key] = useState(newIdempotencyKey)

  const start = async () => {
    if (busy) return
    setBusy(true)
    setProblem(undefined)
    try {
      const { data } = await startBulkRun({
        path: { id: selection.id },
        headers: { 'idempotency-key': key },
        body: act,
        throwOnError: true,
      })
      props.onStarted(data.id)
    } catch (error) {
      setProblem(asProblem(error))
      setBusy(false)
    }
  }

  const { title, button } = words(act, preview.change)
  return (
    <Modal
      title={title}
      onClose={props.onClose}
      footer={
        <>
          <Button size="sm" variant="outline" onClick={props.onClose}>
            Cancel
          </Button>
          <ActButton
            size="sm"
            colorPalette={act.action === 'archive' ? 'red' : 'accent'}
            aria-busy={busy}
            blocked={preview.change === 0 ? 'There is nobody whom it would change.' : undefined}
            onClick={() => void start()}
          >
            {busy ? 'Starting…' : button}
          </ActButton>
        </>
      }
    >
      <div className="stack">
        {problem ? (
          <Callout tone="error">
            {problem.detail}
            <RequestId id={problem.requestId} />
          </Callout>
        ) : null}
        <p>
          <strong>
            {formatCount(preview.change)} of {plural(preview.count, 'customer')}
          </strong>{' '}
          would be changed.
        </p>
        <Names of={preview.change} sample={preview.sample} />
        <Reasons title="Left as they are, for they are so already" reasons={preview.skip} />
        <Reasons title="Refused" reasons={preview.refuse} />
        {preview.change > 0 ? (
          <p className="muted small">
            It is done in the background, and can be stopped.{' '}
            {act.action === 'remove_flag' ? 'It cannot be undone.' : 'It can be undone afterwards.'}
          </p>
        ) : null}
      </div>
    </Modal>
  )
}

function Reasons({ title, reasons }: { title: string; reasons: readonly BulkReason[] }) {
  if (reasons.length === 0) return null
  return (
    <section aria-label={title} className="stack tight">
      <h3 className="shortcut-title">{title}</h3>
      {reasons.map(({ code, reason, count, sample }) => (
        <div key={code}>
          <p>
            <strong>{formatCount(count)}</strong>: {reason}
          </p>
          <Names of={count} sample={sample} />
        </div>
      ))}
    </section>
  )
}

function Names({ of, sample }: { of: number; sample: readonly NamedCustomer[] }) {
  if (sample.length === 0) return null
  const more = of - sample.length
  return (
    <p className="muted small">
      {sample.map(({ id, name }, at) => (
        <span key={id}>
          {at > 0 ? ', ' : ''}
          <bdi>{name}</bdi>
        </span>
      ))}
      {more > 0 ? ` and ${formatCount(more)} more` : ''}
    </p>
  )
}

function words(act: BulkAct, change: number): { title: string; button: string } {
  const customers = plural(change, 'customer')
  switch (act.action) {
    case 'add_flag':
      return { title: `Flag: ${flagWord(act.kind)}`, button: `Flag ${customers}` }
    case 'remove_flag':
      return {
        title: `Remove flag: ${flagWord(act.kind)}`,
        button: `Remove it from ${customers}`,
      }
    case 'archive':
      return { title: 'Archive', button: `Archive ${customers}` }
    case 'restore':
      return { title: 'Restore', button: `Restore ${customers}` }
  }
}

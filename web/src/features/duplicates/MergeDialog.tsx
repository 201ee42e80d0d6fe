import { useQuery } from '@tanstack/react-query'
import { Button } from '@chakra-ui/react'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { asProblem, previewMergeOptions } from '../../api'
import { CustomerPicker } from '../../components/CustomerPicker'
import Modal from '../../ui/Modal'
import { SkeletonLines } from '../../ui/Skeleton'
import { Callout, ErrorState } from '../../ui/states'
import { Comparison } from './Comparison'
import { MergeForm } from './MergeForm'

interface MergeDialogProps {
  customerId: string
  /** Whom with, once that is chosen; it stands in the address, so that a colleague sees the same. */
  otherId: string | undefined
  onClose: () => void
}

/** Two records of one person: choose the other, look at both, make them one. */
export default function MergeDialog({ customerId, otherId, onClose }: MergeDialogProps) {
  return otherId === undefined ? (
    <Choose customerId={customerId} onClose={onClose} />
  ) : (
    <Compare customerId={customerId} otherId={otherId} onClose={onClose} />
  )
}

function Choose({ customerId, onClose }: { customerId: string; onClose: () => void }) {
  const navigate = useNavigate()
  const [other, setOther] = useState('')
  const [missing, setMissing] = useState(false)
  const go = () => {
    setMissing(other === '')
    if (other !== '') {
      void navigate({ to: '.', search: { act: 'merge', on: other }, resetScroll: false })
    }
  }
  return (
    <Modal
      title="Merge with another record"
      onClose={onClose}
      footer={
        <>
          <Button size="sm" variant="outline" onClick={onClose}>
            Cancel
          </Button>
          <Button size="sm" colorPalette="accent" onClick={go}>
            Compare the two
          </Button>
        </>
      }
    >
      <div className="form">
        <p className="muted">
          For somebody who is in here twice. The other record becomes part of this one; you see both
          before anything is done.
        </p>
        <CustomerPicker
          label="The other record"
          value={other}
          onChange={(id) => {
            setOther(id)
            setMissing(false)
          }}
          except={customerId}
          error={missing ? 'Choose the other record' : undefined}
          help="Archived customers have to be restored first."
        />
      </div>
    </Modal>
  )
}

function Compare(props: MergeDialogProps & { otherId: string }) {
  const { customerId, otherId, onClose } = props
  const preview = useQuery({
    ...previewMergeOptions({ path: { id: customerId }, query: { other: otherId } }),
    // What is decided on is looked at afresh.
    gcTime: 0,
  })
  if (preview.data?.merge.allowed) return <MergeForm preview={preview.data} onClose={onClose} />
  return (
    <Modal
      title="Merge with another record"
      size="lg"
      onClose={onClose}
      footer={
        <Button size="sm" variant="outline" onClick={onClose}>
          Close
        </Button>
      }
    >
      {preview.data ? (
        <div className="form">
          <Callout tone="error">
            {preview.data.blocks.length > 0 ? (
              <>
                <p>These two cannot be merged now:</p>
                <ul>
                  {preview.data.blocks.map(({ code, reason }) => (
                    <li key={code + reason}>{reason}</li>
                  ))}
                </ul>
              </>
            ) : (
              <p>{preview.data.merge.reason}</p>
            )}
          </Callout>
          <Comparison preview={preview.data} />
        </div>
      ) : preview.isError ? (
        <ErrorState failure={asProblem(preview.error)} onRetry={() => void preview.refetch()} />
      ) : (
        <SkeletonLines lines={8} />
      )}
    </Modal>
  )
}

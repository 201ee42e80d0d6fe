import { Button } from '@chakra-ui/react'
import { useQuery } from '@tanstack/react-query'
import { listExportsOptions, type ExportLink, type PersonalExport } from '../api'
import { CopyButton } from '../ui/CopyButton'
import { formatDateTime } from '../ui/format'
import Modal from '../ui/Modal'
import { Callout } from '../ui/states'
import { ExportBadge } from './export-state'

interface ExportLinkDialogProps {
  export: PersonalExport
  /** None: it was shown before. */
  link: ExportLink | null | undefined
  onClose: () => void
}

/** The link to a copy, shown this once, and how far the copy is. */
export default function ExportLinkDialog(props: ExportLinkDialogProps) {
  const { export: asked, link, onClose } = props
  const { data } = useQuery(listExportsOptions({ path: { id: asked.customerId } }))
  const now = data?.exports.find(({ id }) => id === asked.id) ?? asked
  return (
    <Modal
      title="Copy of everything"
      onClose={onClose}
      footer={
        <>
          <Button size="sm" variant="outline" onClick={onClose}>
            Close
          </Button>
          {link && now.state === 'ready' ? (
            // The answer is a file: the page stays where it is.
            <form method="post" action={new URL(link.url).pathname}>
              <Button size="sm" type="submit" colorPalette="accent">
                Download here
              </Button>
            </form>
          ) : null}
        </>
      }
    >
      <div className="stack">
        <div className="row tight" role="status">
          <ExportBadge state={now.state} />
        </div>
        {now.remark ? <Callout tone="warning">{now.remark}</Callout> : null}
        {link && now.state !== 'failed' ? (
          <>
            <p>
              Give this link to the customer over a channel you trust, or download the copy here. It
              works once, until {formatDateTime(link.expiresAt)}, and cannot be shown again.
            </p>
            <div className="one-time-link">
              <span>{link.url}</span>
              <CopyButton text={link.url} what="link" />
            </div>
          </>
        ) : null}
      </div>
    </Modal>
  )
}

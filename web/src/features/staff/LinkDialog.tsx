import { Button } from '@chakra-ui/react'
import { CopyButton } from '../../ui/CopyButton'
import { formatDateTime } from '../../ui/format'
import Modal from '../../ui/Modal'
import type { ShownLink } from './acts'

/** A one-time link, shown this once. */
export default function LinkDialog({
  link: shown,
  onClose,
}: {
  link: ShownLink
  onClose: () => void
}) {
  return (
    <Modal
      title={shown.title}
      onClose={onClose}
      footer={
        <Button size="sm" variant="outline" onClick={onClose}>
          Close
        </Button>
      }
    >
      <div className="stack">
        <p>
          Send this link to {shown.name} over a channel you trust. It works once, until{' '}
          {formatDateTime(shown.link.expiresAt)}, and cannot be shown again.
        </p>
        <div className="one-time-link">
          <span>{shown.link.url}</span>
          <CopyButton text={shown.link.url} what="link" />
        </div>
      </div>
    </Modal>
  )
}

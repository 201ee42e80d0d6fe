import { Button } from '@chakra-ui/react'
import { RecoveryCodes } from '../../components/RecoveryCodes'
import Modal from '../../ui/Modal'

export default function CodesDialog({
  codes,
  onClose,
}: {
  codes: readonly string[]
  onClose: () => void
}) {
  return (
    <Modal
      title="Your recovery codes"
      size="sm"
      question
      onClose={onClose}
      footer={
        <Button size="sm" colorPalette="accent" onClick={onClose}>
          I have kept them
        </Button>
      }
    >
      <RecoveryCodes codes={codes} />
    </Modal>
  )
}

import { TotpSetup } from '../../components/TotpSetup'
import Modal from '../../ui/Modal'

interface TotpDialogProps {
  onAdded: (codes: string[] | undefined) => void
  onClose: () => void
}

export default function TotpDialog({ onAdded, onClose }: TotpDialogProps) {
  return (
    <Modal title="Add an authenticator app" size="sm" onClose={onClose}>
      <TotpSetup onAdded={onAdded} />
    </Modal>
  )
}

import { asProblem } from '../api'
import Modal from '../ui/Modal'
import { SkeletonLines } from '../ui/Skeleton'
import { ErrorState } from '../ui/states'

/** A dialog whose figures are not read yet, or cannot be. */
export function Waiting(props: { title: string; error: unknown; onClose: () => void }) {
  return (
    <Modal title={props.title} onClose={props.onClose}>
      {props.error ? <ErrorState failure={asProblem(props.error)} /> : <SkeletonLines lines={6} />}
    </Modal>
  )
}

import { lazy, Suspense, useSyncExternalStore } from 'react'
import { onStepUp } from '../api/step-up'

const ProofDialog = lazy(() => import('./ProofDialog'))

let answer: ((proven: boolean) => void) | undefined
const listeners = new Set<() => void>()

function show(next: typeof answer) {
  answer = next
  listeners.forEach((listener) => listener())
}

onStepUp(
  () =>
    new Promise((resolve) => {
      show((proven) => {
        show(undefined)
        resolve(proven)
      })
    }),
)

function subscribe(listener: () => void) {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Where people show again who they are before a dangerous act. Stands once, in the frame of the application. */
export function Proofs() {
  const open = useSyncExternalStore(subscribe, () => answer)
  return open ? (
    <Suspense fallback={null}>
      <ProofDialog onAnswer={open} />
    </Suspense>
  ) : null
}

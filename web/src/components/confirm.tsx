import { lazy, Suspense, useSyncExternalStore, type ReactNode } from 'react'

export interface Question {
  title: string
  /** What will happen, in one or two sentences. */
  body: ReactNode
  /** The verb on the button: `Archive`, never `OK`. */
  act: string
  cancel?: string
  destructive?: boolean
}

export interface OpenQuestion extends Question {
  answer: (yes: boolean) => void
}

const loadDialog = () => import('./ConfirmDialog')
const ConfirmDialog = lazy(loadDialog)

let open: OpenQuestion | undefined
const listeners = new Set<() => void>()

function show(question: OpenQuestion | undefined) {
  open = question
  listeners.forEach((listener) => listener())
}

/** Asks a question that names its consequence; resolves to whether the person agreed. */
export function confirm(question: Question): Promise<boolean> {
  open?.answer(false)
  return new Promise((resolve) => {
    show({
      ...question,
      answer: (yes) => {
        show(undefined)
        resolve(yes)
      },
    })
  })
}

function subscribe(listener: () => void) {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Where questions appear. Stands once, in the frame of the application. */
export function Confirmations() {
  const question = useSyncExternalStore(subscribe, () => open)
  return question ? (
    <Suspense fallback={null}>
      <ConfirmDialog question={question} />
    </Suspense>
  ) : null
}

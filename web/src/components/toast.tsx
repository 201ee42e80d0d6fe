import { Button } from '@chakra-ui/react'
import { CircleAlert, CircleCheck, X } from 'lucide-react'
import { useEffect, useRef, useSyncExternalStore } from 'react'
import { asProblem } from '../api'
import { RequestId } from '../ui/states'

interface Toast {
  id: number
  tone: 'done' | 'error'
  text: string
  requestId?: string | undefined
  undo?: (() => void) | undefined
}

const STAYS_MS = 8_000
let toasts: readonly Toast[] = []
let lastId = 0
const listeners = new Set<() => void>()

function change(next: readonly Toast[]) {
  toasts = next
  listeners.forEach((listener) => listener())
}

function add(toast: Omit<Toast, 'id'>) {
  lastId += 1
  change([...toasts.slice(-2), { ...toast, id: lastId }])
}

function remove(toast: number) {
  change(toasts.filter(({ id }) => id !== toast))
}

/** Says that something is done, with a way to take it back where there is one. May be called before the page is up. */
export function toastDone(text: string, undo?: () => void): void {
  add({ tone: 'done', text, undo })
}

/** Says that something failed. It stays until it is closed. */
export function toastProblem(error: unknown): void {
  const problem = asProblem(error)
  if (problem.status === 401) return
  add({ tone: 'error', text: `${problem.title}. ${problem.detail}`, requestId: problem.requestId })
}

function subscribe(listener: () => void) {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function Toasts() {
  const shown = useSyncExternalStore(subscribe, () => toasts)
  return (
    <div className="toasts" role="region" aria-label="Messages">
      <div role="status" className="stack tight">
        {shown.map((toast) => (
          <ToastCard key={toast.id} toast={toast} />
        ))}
      </div>
    </div>
  )
}

function ToastCard({ toast }: { toast: Toast }) {
  const card = useRef<HTMLDivElement>(null)
  const close = () => remove(toast.id)

  useEffect(() => {
    if (toast.tone === 'error') return
    // Nobody loses a message that they are reading or about to press.
    const timer = setInterval(() => {
      if (!card.current?.matches(':hover, :focus-within')) remove(toast.id)
    }, STAYS_MS)
    return () => clearInterval(timer)
  }, [toast.id, toast.tone])

  const Icon = toast.tone === 'done' ? CircleCheck : CircleAlert
  return (
    <div className="toast" data-tone={toast.tone} ref={card}>
      <Icon size={18} aria-hidden="true" />
      <div className="toast-text">
        {toast.text}
        <RequestId id={toast.requestId} />
      </div>
      {toast.undo ? (
        <Button
          size="xs"
          variant="outline"
          onClick={() => {
            close()
            toast.undo?.()
          }}
        >
          Undo
        </Button>
      ) : null}
      <button type="button" className="icon-button" aria-label="Close message" onClick={close}>
        <X size={16} aria-hidden="true" />
      </button>
    </div>
  )
}

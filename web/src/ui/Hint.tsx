import {
  cloneElement,
  useEffect,
  useId,
  useState,
  type FocusEvent,
  type PointerEvent,
  type ReactElement,
} from 'react'
import { createPortal } from 'react-dom'

interface Target {
  'aria-describedby'?: string
  onPointerEnter?: (event: PointerEvent<HTMLElement>) => void
  onPointerLeave?: (event: PointerEvent<HTMLElement>) => void
  onFocus?: (event: FocusEvent<HTMLElement>) => void
  onBlur?: (event: FocusEvent<HTMLElement>) => void
}

const DELAY_MS = 250
const GRACE_MS = 80

/** At most one thing to do later: the next one takes its place. */
function createLater() {
  let timer: ReturnType<typeof setTimeout> | undefined
  const cancel = () => clearTimeout(timer)
  const run = (act: () => void, delay: number) => {
    cancel()
    timer = setTimeout(act, delay)
  }
  return { run, cancel }
}

/**
 * A line of explanation for the element inside: on hover, on focus, and always for screen readers.
 * Escape puts it away; the pointer may move onto it.
 */
export function Hint({ text, children }: { text: string; children: ReactElement<Target> }) {
  const id = useId()
  const [anchor, setAnchor] = useState<HTMLElement>()
  const [later] = useState(createLater)

  const show = (element: HTMLElement, delay: number) => later.run(() => setAnchor(element), delay)
  const hide = () => later.run(() => setAnchor(undefined), GRACE_MS)

  useEffect(() => later.cancel, [later])
  useEffect(() => {
    if (!anchor) return
    const away = (event: Event) => {
      if (event instanceof KeyboardEvent && event.key !== 'Escape') return
      setAnchor(undefined)
    }
    document.addEventListener('keydown', away)
    document.addEventListener('scroll', away, true)
    return () => {
      document.removeEventListener('keydown', away)
      document.removeEventListener('scroll', away, true)
    }
  }, [anchor])

  return (
    <>
      {cloneElement(children, {
        'aria-describedby': id,
        onPointerEnter: (event) => {
          if (event.pointerType === 'mouse') show(event.currentTarget, DELAY_MS)
        },
        onPointerLeave: hide,
        onFocus: (event) => {
          if (event.currentTarget.matches(':focus-visible')) show(event.currentTarget, 0)
        },
        onBlur: hide,
      })}
      <span id={id} hidden>
        {text}
      </span>
      {anchor &&
        createPortal(
          <div
            className="hint"
            aria-hidden="true"
            ref={(box) => {
              if (box) place(box, anchor)
            }}
            onPointerEnter={later.cancel}
            onPointerLeave={hide}
          >
            {text}
          </div>,
          anchor.closest('dialog, [role=dialog]') ?? document.body,
        )}
    </>
  )
}

function place(box: HTMLElement, anchor: HTMLElement) {
  const gap = 6
  const at = anchor.getBoundingClientRect()
  const { width, height } = box.getBoundingClientRect()
  const below = at.bottom + gap + height < window.innerHeight
  const left = Math.min(
    Math.max(8, at.left + at.width / 2 - width / 2),
    window.innerWidth - width - 8,
  )
  box.style.left = `${left}px`
  box.style.top = `${below ? at.bottom + gap : at.top - gap - height}px`
}

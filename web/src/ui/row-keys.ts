import { useEffect, type RefObject } from 'react'

/** The element of a row or card that the arrow keys move to. */
export const ROW_TARGET = { 'data-row-target': '' } as const

const steps: Record<string, (at: number, last: number) => number> = {
  ArrowDown: (at, last) => Math.min(at + 1, last),
  ArrowUp: (at) => Math.max(at - 1, 0),
  Home: () => 0,
  End: (_at, last) => last,
}

/** Arrow up and down, Home and End walk through the rows of a table or list. */
export function useRowKeys(frame: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const element = frame.current
    if (!element) return
    const walk = (event: KeyboardEvent) => {
      const step = steps[event.key]
      if (!step || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return
      if (!(event.target instanceof HTMLElement) || event.target.matches('input, select, textarea'))
        return
      const targets = [...element.querySelectorAll<HTMLElement>('[data-row-target]')]
      const row = event.target.closest('tbody tr, li')
      const at = targets.findIndex((target) => row?.contains(target))
      if (at === -1) return
      event.preventDefault()
      targets[step(at, targets.length - 1)]?.focus()
    }
    element.addEventListener('keydown', walk)
    return () => element.removeEventListener('keydown', walk)
  }, [frame])
}

/** Puts the cursor on the first row, as arrow down in a search field does. */
export function focusFirstRow(): void {
  document.querySelector<HTMLElement>('[data-row-target]')?.focus()
}

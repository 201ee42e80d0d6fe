import { useEffect, type RefObject } from 'react'

/** The element of a row or card that the arrow keys move to. */
export const ROW_TARGET = { 'data-row-target': '' } as const

/** The box of a row or card by which it is ticked: the arrow keys stay in their column. */
export const ROW_CHECK = { 'data-row-check': '' } as const

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
      if (!(event.target instanceof HTMLElement)) return
      const ticking = event.target.matches('[data-row-check]')
      if (!ticking && event.target.matches('input, select, textarea')) return
      const column = ticking ? '[data-row-check]' : '[data-row-target]'
      const targets = [...element.querySelectorAll<HTMLElement>(column)]
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

/** Ticks the row that has the cursor; with Shift from the one that was ticked before. */
export function pickFocusedRow(range: boolean): void {
  const row = document.activeElement?.closest('tbody tr, li')
  row
    ?.querySelector('[data-row-check]')
    ?.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, shiftKey: range }))
}

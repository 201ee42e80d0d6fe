import { useEffect } from 'react'
import type { CustomerList } from '../../../api'
import type { CustomerListSearch } from './filter'

/** The page of the list that was looked at last: whoever opens a customer from it walks on from there. */
interface Walk {
  search: CustomerListSearch
  list: CustomerList
}

let walk: Walk | undefined
/** Whom of the list somebody looked at last. */
let visited: string | undefined

export function rememberWalk(search: CustomerListSearch, list: CustomerList): void {
  walk = { search, list }
}

/** The page as it was left. */
export function lastWalk(): Walk | undefined {
  return walk
}

export function noteVisited(customerId: string): void {
  visited = customerId
}

/** Whoever comes back to the list finds the cursor on the row they left, unless they have put it somewhere already. */
export function useReturn(list: CustomerList | undefined): void {
  useEffect(() => {
    if (!list || visited === undefined) return
    const left = visited
    visited = undefined
    if (document.activeElement && document.activeElement !== document.body) return
    if (!list.customers.some(({ id }) => id === left)) return
    document.querySelector<HTMLElement>(`[data-row-target][href$="${left}"]`)?.focus()
  }, [list])
}

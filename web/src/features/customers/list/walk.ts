import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { listCustomersOptions, type CustomerList } from '../../../api'
import { toQuery, type CustomerListSearch } from './filter'

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

/** The list as it was left. */
export function walkSearch(): CustomerListSearch {
  return walk?.search ?? {}
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

interface Place {
  /** From 1, in the whole list. */
  at: number
  total: number
  /** The customer before (-1) or after (1), from the next page where this one ends. */
  neighbour: (by: 1 | -1) => Promise<string | undefined>
}

/** Where in the list the customer stands; undefined for who was not opened from it. */
export function useWalk(customerId: string): Place | undefined {
  const queryClient = useQueryClient()
  useEffect(() => {
    visited = customerId
  }, [customerId])
  if (!walk) return undefined
  const { search, list } = walk
  const index = list.customers.findIndex(({ id }) => id === customerId)
  if (index === -1) return undefined
  const { page, limit, pages, total } = list.pagination
  return {
    at: (page - 1) * limit + index + 1,
    total,
    neighbour: async (by) => {
      const beside = list.customers[index + by]
      if (beside) return beside.id
      const next = page + by
      if (next < 1 || next > pages) return undefined
      const there = { ...search, page: next }
      const found = await queryClient.query(listCustomersOptions({ query: toQuery(there) }))
      rememberWalk(there, found)
      return found.customers.at(by === 1 ? 0 : -1)?.id
    },
  }
}

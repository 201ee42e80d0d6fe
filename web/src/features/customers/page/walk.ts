import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { listCustomersOptions } from '../../../api'
import { toQuery, type CustomerListSearch } from '../list/filter'
import { lastWalk, noteVisited, rememberWalk } from '../list/walk'

/** The list as it was left. */
export function walkSearch(): CustomerListSearch {
  return lastWalk()?.search ?? {}
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
    noteVisited(customerId)
  }, [customerId])
  const walk = lastWalk()
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

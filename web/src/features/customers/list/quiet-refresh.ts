import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { listCustomers, listCustomersQueryKey, type CustomerList } from '../../../api'
import { useHints } from '../../../components/live'
import { toQuery, type CustomerListSearch } from './filter'

const GATHER_MS = 800

/** What changed elsewhere and would move rows under the reader. */
interface Waiting {
  key: string
  changes: number
  list: CustomerList
}

/**
 * Keeps the list true while somebody looks at it: what changes inside a row appears by itself, what would move rows
 * waits until the reader asks for it.
 */
export function useQuietRefresh(search: CustomerListSearch): {
  changes: number
  refresh: () => void
} {
  const queryClient = useQueryClient()
  const query = toQuery(search)
  const key = JSON.stringify(query)
  const [waiting, setWaiting] = useState<Waiting>()
  const changed = useRef(new Set<string>())
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)

  useEffect(() => {
    const gathered = changed.current
    return () => {
      clearTimeout(timer.current)
      gathered.clear()
    }
  }, [key])

  const compare = async () => {
    const queryKey = listCustomersQueryKey({ query })
    const shown = queryClient.getQueryData<CustomerList>(queryKey)
    if (!shown) return
    const { data: list } = await listCustomers({ query, throwOnError: true })
    if (sameRows(shown, list)) {
      changed.current.clear()
      queryClient.setQueryData(queryKey, list)
    } else {
      setWaiting({ key, changes: changed.current.size, list })
    }
  }

  useHints(({ topic, id }) => {
    if (topic !== 'customer' && topic !== 'resync') return
    changed.current.add(id ?? topic)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => {
      // A failed look is no news: the next hint looks again.
      compare().catch(() => undefined)
    }, GATHER_MS)
  })

  const current = waiting?.key === key ? waiting : undefined
  return {
    changes: current?.changes ?? 0,
    refresh: () => {
      if (!current) return
      changed.current.clear()
      setWaiting(undefined)
      queryClient.setQueryData(listCustomersQueryKey({ query }), current.list)
    },
  }
}

function sameRows(a: CustomerList, b: CustomerList): boolean {
  return (
    a.pagination.total === b.pagination.total &&
    a.customers.length === b.customers.length &&
    a.customers.every(({ id }, at) => id === b.customers[at]?.id)
  )
}

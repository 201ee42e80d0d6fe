import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { listCustomers, listCustomersQueryKey, type CustomerList } from '../../../api'
import { useHints } from '../../../components/live'
import { toQuery, type CustomerListSearch } from './filter'

const GATHER_MS = 100
/** While much changes, the list is looked at no more often. */
const APART_MS = 1_000

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
  const lookedAt = useRef(0)

  useEffect(() => {
    const gathered = changed.current
    return () => {
      clearTimeout(timer.current)
      timer.current = undefined
      gathered.clear()
    }
  }, [key])

  const compare = async () => {
    const queryKey = listCustomersQueryKey({ query })
    const { data: list } = await listCustomers({ query, throwOnError: true })
    // What is shown by now: an act of the reader's own may have read the list anew meanwhile.
    const shown = queryClient.getQueryData<CustomerList>(queryKey)
    if (!shown) return
    if (sameRows(shown, list)) {
      changed.current.clear()
      queryClient.setQueryData(queryKey, list)
    } else {
      queryClient.setQueryData(queryKey, inPlace(shown, list))
      setWaiting({ key, changes: changed.current.size, list })
    }
  }

  useHints(({ topic, id }) => {
    if (topic !== 'customer' && topic !== 'resync') return
    changed.current.add(id ?? topic)
    if (timer.current !== undefined) return
    const wait = Math.max(GATHER_MS, lookedAt.current + APART_MS - Date.now())
    timer.current = setTimeout(() => {
      timer.current = undefined
      lookedAt.current = Date.now()
      // A failed look is no news: the next hint looks again.
      compare().catch(() => undefined)
    }, wait)
  })

  const shown = queryClient.getQueryData<CustomerList>(listCustomersQueryKey({ query }))
  const moved = waiting?.key === key && shown !== undefined && !sameRows(shown, waiting.list)
  const current = moved ? waiting : undefined
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

/** The figures as they are now, and in the rows that stay what is new in them. */
function inPlace(shown: CustomerList, now: CustomerList): CustomerList {
  const fresh = new Map(now.customers.map((row) => [row.id, row]))
  return {
    ...shown,
    kpis: now.kpis,
    customers: shown.customers.map((row) => fresh.get(row.id) ?? row),
  }
}

function sameRows(a: CustomerList, b: CustomerList): boolean {
  return (
    a.pagination.total === b.pagination.total &&
    a.customers.length === b.customers.length &&
    a.customers.every(({ id }, at) => id === b.customers[at]?.id)
  )
}

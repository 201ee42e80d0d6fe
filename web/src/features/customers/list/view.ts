import { useQuery } from '@tanstack/react-query'
import { readListLayoutOptions, type ListLayout } from '../../../api'

const standard: ListLayout = { density: 'normal', hidden: [] }
const KEY = 'hub.customers.layout'

/** How the person likes this list, wherever they sign in. Until it is known, as it was last seen in this browser. */
export function useView(): ListLayout {
  const { data } = useQuery({
    ...readListLayoutOptions(),
    staleTime: Infinity,
    placeholderData: lastSeen,
  })
  return data ?? standard
}

export function rememberLayout(layout: ListLayout): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(layout))
  } catch {
    // Storage may be refused: then the list is laid out a moment later.
  }
}

function lastSeen(): ListLayout | undefined {
  try {
    const stored = JSON.parse(localStorage.getItem(KEY) ?? 'null') as ListLayout | null
    return Array.isArray(stored?.hidden) ? stored : undefined
  } catch {
    return undefined
  }
}

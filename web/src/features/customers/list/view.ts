import { useQuery, type QueryClient } from '@tanstack/react-query'
import {
  readListLayoutOptions,
  readListLayoutQueryKey,
  updateListLayout,
  type ListLayout,
} from '../../../api'
import { toastProblem } from '../../../components/toast'

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

export async function changeView(queryClient: QueryClient, body: ListLayout): Promise<void> {
  const queryKey = readListLayoutQueryKey()
  const before = queryClient.getQueryData<ListLayout>(queryKey)
  queryClient.setQueryData(queryKey, body)
  remember(body)
  try {
    // Goes through even where the page is left at once.
    await updateListLayout({ body, keepalive: true, throwOnError: true })
  } catch (error) {
    queryClient.setQueryData(queryKey, before)
    toastProblem(error)
  }
}

function remember(layout: ListLayout): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(layout))
  } catch {
    // Storage may be refused: then the list is laid out a moment later.
  }
}

function lastSeen(): ListLayout | undefined {
  try {
    const stored = JSON.parse(localStorage.getItem(KEY) ?? 'null') as Partial<ListLayout> | null
    const known = Array.isArray(stored?.hidden) && stored.density !== undefined
    return known ? { ...standard, ...stored } : undefined
  } catch {
    return undefined
  }
}

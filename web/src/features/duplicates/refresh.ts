import type { QueryClient } from '@tanstack/react-query'
import { isRecord } from '../../api'

const lists = ['listDuplicates', 'listDuplicatesOf', 'listDismissals']

/** After somebody has decided about a pair. */
export function refreshDuplicates(queryClient: QueryClient): Promise<void> {
  return queryClient.invalidateQueries({
    predicate: ({ queryKey: [key] }) =>
      isRecord(key) && typeof key._id === 'string' && lists.includes(key._id),
  })
}

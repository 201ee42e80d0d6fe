import type { QueryClient } from '@tanstack/react-query'
import { isRecord } from '../../api'

/** After a change of ours: the lists, and everything that was read about this customer. */
export function refreshCustomer(queryClient: QueryClient, id: string): Promise<void> {
  return queryClient.invalidateQueries({
    predicate: ({ queryKey: [key] }) =>
      isRecord(key) && (key._id === 'listCustomers' || (isRecord(key.path) && key.path.id === id)),
  })
}

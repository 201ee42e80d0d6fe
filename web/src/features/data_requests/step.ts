import type { QueryClient } from '@tanstack/react-query'
import {
  actOnDataRequest,
  ifMatch,
  isRecord,
  readDataRequestQueryKey,
  type DataRequestAct,
  type DataRequestCase,
} from '../../api'
import { refreshCustomer } from '../../components/refresh-customer'

/** Lists and counts of data requests, and the customer whose timeline tells of this one. */
export function refreshRequests(
  queryClient: QueryClient,
  customerId: string | null | undefined,
): Promise<unknown> {
  return Promise.all([
    queryClient.invalidateQueries({
      predicate: ({ queryKey: [key] }) =>
        isRecord(key) && Array.isArray(key.tags) && key.tags.includes('data-requests'),
    }),
    customerId ? refreshCustomer(queryClient, customerId) : undefined,
  ])
}

/** Takes a step with the case as it is on the screen; what the server answers is shown at once. */
export async function takeStep(
  queryClient: QueryClient,
  request: DataRequestCase,
  body: DataRequestAct,
): Promise<DataRequestCase> {
  try {
    const { data } = await actOnDataRequest({
      path: { id: request.id },
      headers: { 'if-match': ifMatch(request.version) },
      body,
      throwOnError: true,
    })
    queryClient.setQueryData(readDataRequestQueryKey({ path: { id: request.id } }), data)
    return data
  } finally {
    void refreshRequests(queryClient, request.customerId)
  }
}

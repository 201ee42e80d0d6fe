import { infiniteQueryOptions } from '@tanstack/react-query'
import { listCustomerTickets, listCustomerTicketsInfiniteQueryKey } from '../../api'

/** All tickets of a customer, newest first, piece by piece. */
export function ticketsOf(customerId: string) {
  return infiniteQueryOptions({
    queryKey: listCustomerTicketsInfiniteQueryKey({ path: { id: customerId } }),
    queryFn: async ({ pageParam, signal }) => {
      const { data } = await listCustomerTickets({
        path: { id: customerId },
        query: { after: pageParam },
        signal,
        throwOnError: true,
      })
      return data
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
  })
}

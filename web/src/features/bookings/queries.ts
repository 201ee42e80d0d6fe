import { infiniteQueryOptions } from '@tanstack/react-query'
import { listCustomerBookings, listCustomerBookingsInfiniteQueryKey } from '../../api'

/** All bookings of a customer, newest first, piece by piece. */
export function bookingsOf(customerId: string) {
  return infiniteQueryOptions({
    queryKey: listCustomerBookingsInfiniteQueryKey({ path: { id: customerId } }),
    queryFn: async ({ pageParam, signal }) => {
      const { data } = await listCustomerBookings({
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

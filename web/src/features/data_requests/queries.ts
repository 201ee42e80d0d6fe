import { infiniteQueryOptions } from '@tanstack/react-query'
import {
  listDataRequests,
  listDataRequestsInfiniteQueryKey,
  type ListDataRequestsData,
} from '../../api'

type Query = NonNullable<ListDataRequestsData['query']>

/** Requests page after page, first what is due first. */
export function requestPages(query: Query) {
  return infiniteQueryOptions({
    queryKey: listDataRequestsInfiniteQueryKey({ query }),
    queryFn: async ({ pageParam, signal }) => {
      const from = { ...query, ...(pageParam === undefined ? {} : { after: pageParam }) }
      const { data } = await listDataRequests({ query: from, signal, throwOnError: true })
      return data
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
  })
}

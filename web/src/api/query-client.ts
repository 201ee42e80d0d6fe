import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { readMeQueryKey } from './generated/@tanstack/react-query.gen'
import { client } from './generated/client.gen'
import { asProblem, problemFromAnswer } from './problem'
import { announceSessionEnd } from './session-end'

const READS_BEFORE_GIVING_UP = 3

client.interceptors.error.use(problemFromAnswer)

export function createQueryClient(): QueryClient {
  // Who was never signed in has no session that could end.
  const wasSignedIn = () => queryClient.getQueryData(readMeQueryKey()) !== undefined
  const endSessionOn401 = (error: unknown) => {
    const problem = asProblem(error)
    if (!wasSignedIn()) return
    if (problem.status === 401 && problem.code !== 'invalid_credentials')
      announceSessionEnd('expired')
  }
  const queryClient: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError: endSessionOn401 }),
    mutationCache: new MutationCache({ onError: endSessionOn401 }),
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        // A refusal stays a refusal; only a missing or broken answer is worth another attempt.
        retry: (failures, error) => {
          const { status } = asProblem(error)
          // A second factor that is added changes the cookie: what was asked with the one before is asked again.
          if (status === 401) return failures === 0 && wasSignedIn()
          return (status === 0 || status >= 500) && failures < READS_BEFORE_GIVING_UP
        },
      },
    },
  })
  return queryClient
}

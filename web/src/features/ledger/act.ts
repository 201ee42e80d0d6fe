import type { QueryClient } from '@tanstack/react-query'
import {
  actForCustomer,
  asProblem,
  Problem,
  type ActionResult,
  type CustomerAction,
} from '../../api'
import { refreshMoney } from '../../components/refresh-customer'

/** Says of a key that was used up by an attempt whose answer was lost what that means. */
export async function sendOnce<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    const problem = asProblem(error)
    if (problem.code !== 'idempotency_key_reused') throw problem
    throw new Problem(problem.status, {
      ...problem.body,
      detail:
        'An attempt before this one was carried out, although its answer was lost. Close this and look at the money before anything else is done.',
    })
  }
}

/**
 * Moves money once, however often it is sent: `key` is made when its dialog opens. After an answer that was lost, other
 * content under the same key is refused, because the first attempt has been carried out.
 */
export async function moveMoney(
  queryClient: QueryClient,
  customerId: string,
  key: string,
  body: CustomerAction,
): Promise<ActionResult> {
  try {
    const { data } = await sendOnce(() =>
      actForCustomer({
        path: { id: customerId },
        headers: { 'idempotency-key': key },
        body,
        throwOnError: true,
      }),
    )
    return data
  } finally {
    void refreshMoney(queryClient, customerId)
  }
}

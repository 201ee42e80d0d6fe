import type { QueryClient } from '@tanstack/react-query'
import {
  actForCustomer,
  asProblem,
  Problem,
  type ActionResult,
  type CustomerAction,
} from '../../api'
import { refreshMoney } from '../../components/refresh-customer'

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
    const { data } = await actForCustomer({
      path: { id: customerId },
      headers: { 'idempotency-key': key },
      body,
      throwOnError: true,
    })
    return data
  } catch (error) {
    const problem = asProblem(error)
    if (problem.code !== 'idempotency_key_reused') throw problem
    throw new Problem(problem.status, {
      ...problem.body,
      detail:
        'An attempt before this one was carried out, although its answer was lost. Close this and look at the money before anything else is done.',
    })
  } finally {
    void refreshMoney(queryClient, customerId)
  }
}

import type { QueryClient } from '@tanstack/react-query'
import { archiveCustomer, restoreCustomer, type Customer } from '../../api'
import { toastDone, toastProblem } from '../../components/toast'
import { refreshCustomer } from '../../components/refresh-customer'

export type Named = Pick<Customer, 'id' | 'name' | 'email'>

/** Archives, and offers the way back. A refusal is for who asked. */
export async function archive(
  queryClient: QueryClient,
  customer: Named,
  reason: string | undefined,
): Promise<void> {
  const { id, name } = customer
  try {
    await archiveCustomer({
      path: { id },
      ...(reason === undefined ? {} : { body: { reason } }),
      throwOnError: true,
    })
    toastDone(`${name} is archived`, () => void restore(queryClient, customer))
  } finally {
    await refreshCustomer(queryClient, id)
  }
}

export async function restore(
  queryClient: QueryClient,
  customer: Named,
  offer?: { undo: boolean },
): Promise<void> {
  try {
    await restoreCustomer({ path: { id: customer.id }, throwOnError: true })
    toastDone(
      `${customer.name} is restored`,
      offer?.undo ? () => void archiveAgain(queryClient, customer) : undefined,
    )
  } catch (error) {
    toastProblem(error)
  }
  await refreshCustomer(queryClient, customer.id)
}

/** Who was restored by mistake goes back, without a question. */
async function archiveAgain(queryClient: QueryClient, customer: Named): Promise<void> {
  try {
    await archiveCustomer({ path: { id: customer.id }, throwOnError: true })
    toastDone(`${customer.name} is archived`)
  } catch (error) {
    toastProblem(error)
  }
  await refreshCustomer(queryClient, customer.id)
}

import type { QueryClient } from '@tanstack/react-query'
import { archiveCustomer, restoreCustomer, type Customer } from '../../api'
import { confirm } from '../../components/confirm'
import { toastDone, toastProblem } from '../../components/toast'
import { refreshCustomer } from '../../components/refresh-customer'

type Named = Pick<Customer, 'id' | 'name' | 'email'>

/** Names the consequence, archives, and offers the way back. */
export async function askToArchive(queryClient: QueryClient, customer: Named): Promise<void> {
  const agreed = await confirm({
    title: `Archive ${customer.name}?`,
    body: customer.email
      ? `${customer.name} disappears from lists and search, and ${customer.email} becomes free for a new customer. Everything is kept and can be restored.`
      : `${customer.name} disappears from lists and search. Everything is kept and can be restored.`,
    act: 'Archive',
    destructive: true,
  })
  if (!agreed) return
  try {
    await archiveCustomer({ path: { id: customer.id }, throwOnError: true })
    toastDone(`${customer.name} is archived`, () => void restore(queryClient, customer))
  } catch (error) {
    toastProblem(error)
  }
  await refreshCustomer(queryClient, customer.id)
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

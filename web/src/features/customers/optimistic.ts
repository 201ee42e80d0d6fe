import { MutationObserver, type QueryClient, type UseMutationOptions } from '@tanstack/react-query'
import { readCustomerQueryKey, type CustomerPage } from '../../api'
import { refreshCustomer } from '../../components/refresh-customer'
import { toastProblem } from '../../components/toast'

/** The id of what is shown but not known to be stored yet. */
export const PENDING = 'pending'

/** The page as it was, to be put back if the server refuses. */
type Before = CustomerPage | undefined

export type Optimistic<Made, Values> = UseMutationOptions<Made, Error, Values, Before>

/** Shows a change of the customer’s page at once, and takes it back if it is refused. */
export function optimistic<Values>(
  queryClient: QueryClient,
  customerId: string,
  change: (page: CustomerPage, values: Values) => Partial<CustomerPage>,
) {
  const queryKey = readCustomerQueryKey({ path: { id: customerId } })
  return {
    onMutate: async (values: Values): Promise<Before> => {
      await queryClient.cancelQueries({ queryKey })
      const before = queryClient.getQueryData<CustomerPage>(queryKey)
      if (before) {
        queryClient.setQueryData<CustomerPage>(queryKey, { ...before, ...change(before, values) })
      }
      return before
    },
    onError: (_error: Error, _values: Values, before: Before) => {
      if (before) queryClient.setQueryData<CustomerPage>(queryKey, before)
    },
    onSettled: () => {
      void refreshCustomer(queryClient, customerId)
    },
  }
}

/** Does a change without a dialog, such as from a message when its dialog is long gone. */
export async function undo<Made, Values>(
  queryClient: QueryClient,
  options: Optimistic<Made, Values>,
  values: Values,
) {
  try {
    await new MutationObserver(queryClient, options).mutate(values)
  } catch (error) {
    toastProblem(error)
  }
}

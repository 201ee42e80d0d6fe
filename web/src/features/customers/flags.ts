import { MutationObserver, type QueryClient, type UseMutationOptions } from '@tanstack/react-query'
import {
  actForCustomer,
  listCustomerFlagsQueryKey,
  readCustomerQueryKey,
  type CustomerPage,
  type Flag,
  type FlagInput,
  type FlagKind,
} from '../../api'
import { flagWord } from '../../components/status'
import { toastDone, toastProblem } from '../../components/toast'
import { refreshCustomer } from '../../components/refresh-customer'

export const flagKinds: readonly FlagKind[] = [
  'vip',
  'payment_risk',
  'abusive',
  'do_not_contact',
  'vulnerable_customer',
  'fraud_suspicion',
  'other',
]

/** A flag that is shown but not known to be stored yet. */
export const PENDING = 'pending'

/** The page as it was, to be put back if the server refuses. */
type Before = CustomerPage | undefined

type Options<Values> = UseMutationOptions<Flag | undefined, Error, Values, Before>

/** Shows the flag at once and takes it back if it is refused; afterwards it can be undone. */
export function addingFlag(
  queryClient: QueryClient,
  customerId: string,
  by: string,
): Options<FlagInput> {
  return {
    ...optimistic(queryClient, customerId, (page, input: FlagInput) => {
      const { kind, reason, notes, expiresOn } = input
      const raisedAt = new Date().toISOString()
      const flag = { id: PENDING, kind, reason, notes, expiresOn, raisedByName: by, raisedAt }
      return [...page.openFlags, flag]
    }),
    mutationFn: async (input) => {
      const path = { id: customerId }
      const { data } = await actForCustomer({
        path,
        body: { action: 'add_flag', ...input },
        throwOnError: true,
      })
      return data.flag ?? undefined
    },
    onSuccess: (flag, { kind }) => {
      toastDone(
        `Flag added: ${flagWord(kind)}`,
        flag &&
          (() => {
            const values = { flag, reason: 'Added by mistake' }
            void undo(queryClient, removingFlag(queryClient, customerId, by), values)
          }),
      )
    },
  }
}

interface Removal {
  flag: Flag
  reason: string
}

export function removingFlag(
  queryClient: QueryClient,
  customerId: string,
  by: string,
): Options<Removal> {
  return {
    ...optimistic(queryClient, customerId, (page, { flag }: Removal) =>
      page.openFlags.filter(({ id }) => id !== flag.id),
    ),
    mutationFn: async ({ flag, reason }) => {
      const path = { id: customerId }
      const { data } = await actForCustomer({
        path,
        body: { action: 'remove_flag', flagId: flag.id, reason },
        throwOnError: true,
      })
      return data.flag ?? undefined
    },
    onSuccess: (_, { flag }) => {
      const { kind, reason, notes, expiresOn } = flag
      const again = { kind, reason, notes, expiresOn }
      toastDone(
        `Flag removed: ${flagWord(kind)}`,
        () => void undo(queryClient, addingFlag(queryClient, customerId, by), again),
      )
    },
  }
}

function optimistic<Values>(
  queryClient: QueryClient,
  customerId: string,
  change: (page: CustomerPage, values: Values) => Flag[],
) {
  const path = { id: customerId }
  const queryKey = readCustomerQueryKey({ path })
  return {
    onMutate: async (values: Values): Promise<Before> => {
      await queryClient.cancelQueries({ queryKey })
      const before = queryClient.getQueryData<CustomerPage>(queryKey)
      if (before) {
        const openFlags = change(before, values)
        const flags = openFlags.map(({ kind }) => kind)
        queryClient.setQueryData<CustomerPage>(queryKey, { ...before, flags, openFlags })
      }
      return before
    },
    onError: (_error: Error, _values: Values, before: Before) => {
      if (before) queryClient.setQueryData<CustomerPage>(queryKey, before)
    },
    onSettled: () => {
      void queryClient.invalidateQueries({ queryKey: listCustomerFlagsQueryKey({ path }) })
      void refreshCustomer(queryClient, customerId)
    },
  }
}

/** From a message, when the dialog is long gone. */
async function undo<Values>(queryClient: QueryClient, options: Options<Values>, values: Values) {
  try {
    await new MutationObserver(queryClient, options).mutate(values)
  } catch (error) {
    toastProblem(error)
  }
}

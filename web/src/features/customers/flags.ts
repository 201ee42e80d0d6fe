import type { QueryClient } from '@tanstack/react-query'
import {
  actForCustomer,
  type CustomerPage,
  type Flag,
  type FlagInput,
  type FlagKind,
} from '../../api'
import { flagWord } from '../../components/status'
import { toastDone } from '../../components/toast'
import { optimistic, PENDING, undo, type Optimistic } from './optimistic'

export const flagKinds: readonly FlagKind[] = [
  'vip',
  'payment_risk',
  'abusive',
  'do_not_contact',
  'vulnerable_customer',
  'fraud_suspicion',
  'other',
]

type Options<Values> = Optimistic<Flag | undefined, Values>

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
      return withFlags([...page.openFlags, flag])
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
      withFlags(page.openFlags.filter(({ id }) => id !== flag.id)),
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

const withFlags = (openFlags: Flag[]): Partial<CustomerPage> => ({
  openFlags,
  flags: openFlags.map(({ kind }) => kind),
})

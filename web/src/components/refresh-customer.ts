import type { Query, QueryClient } from '@tanstack/react-query'
import { isRecord } from '../api'

/** Whether this was read about the customer: by their address, or as something of theirs. */
export function isAbout({ queryKey: [key], state }: Query, customer: string | undefined): boolean {
  if (!isRecord(key)) return false
  if (isRecord(key.path) && key.path.id === customer) return true
  return isRecord(state.data) && state.data.customerId === customer
}

/** Whether this is over everybody, under this tag of the API's document. */
export function isListOf({ queryKey: [key] }: Query, tag: string): boolean {
  return isRecord(key) && !isRecord(key.path) && Array.isArray(key.tags) && key.tags.includes(tag)
}

/** Lists over all customers in which money is told. */
export const isMoneyList = (query: Query) => isListOf(query, 'money')

/** Lists of customers, living and archived. */
function isOfMany(key: unknown): boolean {
  return isRecord(key) && (key._id === 'listCustomers' || key._id === 'listTrash')
}

/** After an act on many: the lists, and whatever was read about any one customer. */
export function refreshEverybody(queryClient: QueryClient): Promise<void> {
  return queryClient.invalidateQueries({
    predicate: ({ queryKey: [key] }) =>
      isOfMany(key) ||
      (isRecord(key) && (key._id === 'readCustomer' || key._id === 'listCustomerFlags')),
  })
}

/** After a change of ours: the lists, and everything that was read about this customer. */
export function refreshCustomer(queryClient: QueryClient, id: string): Promise<void> {
  return queryClient.invalidateQueries({
    predicate: (query) => {
      const [key] = query.queryKey
      return isOfMany(key) || isAbout(query, id)
    },
  })
}

/** As `refreshCustomer`, after money has moved. */
export function refreshMoney(queryClient: QueryClient, id: string): Promise<unknown> {
  return Promise.all([
    refreshCustomer(queryClient, id),
    queryClient.invalidateQueries({ predicate: isMoneyList }),
  ])
}

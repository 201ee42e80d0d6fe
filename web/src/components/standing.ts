import { useQuery } from '@tanstack/react-query'
import { readCustomerOptions, type CustomerPage } from '../api'
import type { ActState } from './permissions'

/** What stops an edit of an archived or erased customer stops every other act too, in the same words. */
export function standingOf(customer: CustomerPage | undefined): ActState | undefined {
  return customer?.archivedAt || customer?.erasedAt ? customer.actions.update : undefined
}

export function useStanding(customerId: string): ActState | undefined {
  return standingOf(useQuery(readCustomerOptions({ path: { id: customerId } })).data)
}

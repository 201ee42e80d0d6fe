import { readMeOptions, type Me } from '../api'
import { useSuspenseQuery } from '@tanstack/react-query'

/** The person who is signed in. Only below the signed-in layout, which has read it before. */
export function useMe(): Me {
  return useSuspenseQuery({ ...readMeOptions(), staleTime: 60_000 }).data
}

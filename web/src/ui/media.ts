import { useSyncExternalStore } from 'react'

const PHONE = '(max-width: 47.99rem)'

/** Whether the page is as narrow as a phone, where tables become cards. */
export function useIsPhone(): boolean {
  return useSyncExternalStore(subscribe, () => window.matchMedia(PHONE).matches)
}

function subscribe(listener: () => void) {
  const media = window.matchMedia(PHONE)
  media.addEventListener('change', listener)
  return () => media.removeEventListener('change', listener)
}

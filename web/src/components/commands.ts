import { useEffect, useRef } from 'react'
import type { MenuAct } from '../ui/menu'

/** What a page lets one do, for the palette: under a title, as long as the page stands. */
interface Offer {
  title: string
  acts: () => MenuAct[]
}

const offers = new Set<Offer>()

/** Offers acts in the palette while the component stands; they are asked for when it opens. */
export function useCommands(title: string, acts: () => MenuAct[]): void {
  const latest = useRef(acts)
  useEffect(() => {
    latest.current = acts
  })
  useEffect(() => {
    const offer = { title, acts: () => latest.current() }
    offers.add(offer)
    return () => {
      offers.delete(offer)
    }
  }, [title])
}

export function offeredCommands(): { title: string; acts: MenuAct[] }[] {
  return [...offers].map(({ title, acts }) => ({ title, acts: acts() }))
}

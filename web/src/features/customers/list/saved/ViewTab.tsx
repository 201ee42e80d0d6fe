import { useLinkProps } from '@tanstack/react-router'
import type { CustomerListSearch } from '../filter'

interface ViewTabProps {
  name: string
  /** What is said on hover, where it is more than the name. */
  title?: string
  search: CustomerListSearch
  /** Whether the list shows it, on whichever page of it. */
  shown: boolean
}

export function ViewTab({ name, title = name, search, shown }: ViewTabProps) {
  // The router calls a link active by its address, to which the page of the list belongs.
  const link = useLinkProps({ to: '/admin/customers', search })
  return (
    <a {...link} className="view-tab" aria-current={shown ? 'page' : undefined} title={title}>
      <span className="truncate" dir="auto">
        {name}
      </span>
    </a>
  )
}

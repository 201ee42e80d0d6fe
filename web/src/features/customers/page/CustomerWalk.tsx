import { useNavigate } from '@tanstack/react-router'
import { ChevronLeft, ChevronRight } from 'lucide-react'
import { toastProblem } from '../../../components/toast'
import { formatCount } from '../../../ui/format'
import { useSingleKey } from '../../../ui/single-key'
import { useWalk, walkSearch } from './walk'

/** From customer to customer in the order of the list they were opened from. */
export function CustomerWalk({ customerId }: { customerId: string }) {
  const navigate = useNavigate()
  const place = useWalk(customerId)

  const go = (by: 1 | -1) => {
    place?.neighbour(by).then((id) => {
      if (id !== undefined) {
        // The tab stays the same: who compares bookings goes from bookings to bookings.
        void navigate({ to: '.', params: { customerId: id }, search: {} })
      }
    }, toastProblem)
  }
  useSingleKey('[', () => go(-1))
  useSingleKey(']', () => go(1))
  useSingleKey('u', () => void navigate({ to: '/admin/customers', search: walkSearch() }))

  if (!place) return null
  const { at, total } = place
  return (
    <nav className="row tight customer-walk" aria-label="Customers of the list">
      <button
        type="button"
        className="icon-button"
        aria-label="Previous customer"
        aria-keyshortcuts="["
        aria-disabled={at === 1}
        onClick={() => go(-1)}
      >
        <ChevronLeft size={18} aria-hidden="true" />
      </button>
      <span className="muted small">
        {formatCount(at)} of {formatCount(total)}
      </span>
      <button
        type="button"
        className="icon-button"
        aria-label="Next customer"
        aria-keyshortcuts="]"
        aria-disabled={at === total}
        onClick={() => go(1)}
      >
        <ChevronRight size={18} aria-hidden="true" />
      </button>
    </nav>
  )
}

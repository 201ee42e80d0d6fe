import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { listCustomersOptions } from '../../../api'
import type { CustomerListSearch } from './filter'

const HOW_MANY = 5

/** Who would be found with less: the search without the filters, or with its first word only. */
export function NearMatches({ search }: { search: CustomerListSearch }) {
  const wider = widen(search)
  const found = useQuery({
    ...listCustomersOptions({ query: { search: wider ?? '', page: 1, limit: HOW_MANY } }),
    enabled: wider !== undefined,
  })
  if (wider === undefined || !found.data || found.data.customers.length === 0) return null
  return (
    <span className="near-matches">
      <br />
      Near matches:{' '}
      {found.data.customers.map(({ id, name }, at) => (
        <span key={id}>
          {at > 0 ? ', ' : ''}
          <Link to="/admin/customers/$customerId" params={{ customerId: id }} className="text-link">
            {name}
          </Link>
        </span>
      ))}
    </span>
  )
}

function widen({ search, page, sortBy, sortOrder, ...filters }: CustomerListSearch) {
  if (search === undefined) return undefined
  if (Object.values<unknown>(filters).some((value) => value !== undefined)) return search
  const words = search.split(/\s+/)
  const longest = words.reduce((a, b) => (b.length > a.length ? b : a))
  if (words.length > 1) return longest
  return search.length > 3 ? search.slice(0, Math.ceil(search.length / 2)) : undefined
}

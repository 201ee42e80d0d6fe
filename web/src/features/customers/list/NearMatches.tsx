import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { listCustomersOptions, type CustomerList } from '../../../api'
import type { CustomerListSearch } from './filter'

const HOW_MANY = 5

interface NearMatchesProps {
  search: CustomerListSearch
  similar: CustomerList['similar']
}

/** Whose names are nearly what was typed; else who would be found with less: without the filters, or with one word only. */
export function NearMatches({ search, similar }: NearMatchesProps) {
  const wider = similar ? undefined : widen(search)
  const found = useQuery({
    ...listCustomersOptions({ query: { search: wider ?? '', page: 1, limit: HOW_MANY } }),
    enabled: wider !== undefined,
  })
  const near = similar ?? found.data?.customers ?? []
  if (near.length === 0) return null
  return (
    <span className="near-matches">
      <br />
      {similar ? 'Did you mean' : 'Near matches:'}{' '}
      {near.map(({ id, name }, at) => (
        <span key={id}>
          {at > 0 ? ', ' : ''}
          <Link to="/admin/customers/$customerId" params={{ customerId: id }} className="text-link">
            {name}
          </Link>
        </span>
      ))}
      {similar && '?'}
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

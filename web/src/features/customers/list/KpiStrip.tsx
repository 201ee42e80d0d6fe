import type { Figures } from '../../../api'
import { formatCount, formatMoney } from '../../../ui/format'
import { Skeleton } from '../../../ui/Skeleton'
import { Stat, Stats } from '../../../ui/Stat'
import type { CustomerListSearch } from './filter'

interface KpiStripProps {
  kpis: Figures | undefined
  search: CustomerListSearch
  onSearch: (search: CustomerListSearch) => void
}

/** Six figures for exactly the customers that the filter shows. */
export function KpiStrip({ kpis, search, onSearch }: KpiStripProps) {
  const change = (part: CustomerListSearch) => onSearch({ ...search, ...part, page: undefined })
  const figure = (pick: (figures: Figures) => string) =>
    kpis ? pick(kpis) : <Skeleton width={6} />
  const sorted = (by: CustomerListSearch['sortBy']) =>
    search.sortBy === by && search.sortOrder !== 'asc'

  return (
    <Stats count={6} label="Figures for this filter">
      <Stat
        label="Customers"
        definition="Customers that match the filter. Press to show every status."
        value={figure(({ customers }) => formatCount(customers))}
        pressed={false}
        onPress={() => change({ status: undefined })}
      />
      <Stat
        label="Active"
        definition="Those among them who are active. Press to show only these."
        value={figure(({ active }) => formatCount(active))}
        pressed={search.status === 'active'}
        onPress={() => change({ status: search.status === 'active' ? undefined : 'active' })}
      />
      <Stat
        label="LTV"
        definition="Captured payments minus refunds, over all time. Press to put the highest first."
        value={figure(({ totalLtv }) => formatMoney(totalLtv))}
        pressed={sorted('ltv')}
        onPress={() => change(sorted('ltv') ? noSort : { sortBy: 'ltv', sortOrder: 'desc' })}
      />
      <Stat
        label="Average LTV"
        definition="LTV divided by the number of customers. Press to show only those who reach it."
        value={figure(({ averageLtv }) => formatMoney(averageLtv))}
        pressed={search.minLtv !== undefined}
        onPress={() =>
          change({
            minLtv: search.minLtv === undefined && kpis ? Math.max(kpis.averageLtv, 0) : undefined,
          })
        }
      />
      <Stat
        label="Orders"
        definition="Bookings that these customers placed: all but drafts. Press to put the most first."
        value={figure(({ orders }) => formatCount(orders))}
        pressed={sorted('orders')}
        onPress={() => change(sorted('orders') ? noSort : { sortBy: 'orders', sortOrder: 'desc' })}
      />
      <Stat
        label="Cancellations"
        definition="Bookings of these customers that were cancelled."
        value={figure(({ cancelled }) => formatCount(cancelled))}
      />
    </Stats>
  )
}

const noSort = { sortBy: undefined, sortOrder: undefined }

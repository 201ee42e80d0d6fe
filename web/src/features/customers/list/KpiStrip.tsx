import { lazy, Suspense, useState } from 'react'
import type { Figures } from '../../../api'
import { Skeleton } from '../../../ui/Skeleton'
import { Stat, Stats } from '../../../ui/Stat'
import type { CustomerListSearch } from './filter'
import { kpiNames, kpiWords, type Kpi } from './kpis'

const ExplainKpi = lazy(() => import('./ExplainKpi'))

interface KpiStripProps {
  kpis: Figures | undefined
  search: CustomerListSearch
  onSearch: (search: CustomerListSearch) => void
}

/** Six figures for exactly the customers that the filter shows. */
export function KpiStrip({ kpis, search, onSearch }: KpiStripProps) {
  const [explained, setExplained] = useState<Kpi>()
  const change = (part: CustomerListSearch) => onSearch({ ...search, ...part, page: undefined })
  const sorted = (by: CustomerListSearch['sortBy']) =>
    search.sortBy === by && search.sortOrder !== 'asc'

  const press: Record<Exclude<Kpi, 'cancelled'>, { pressed: boolean; onPress: () => void }> = {
    customers: { pressed: false, onPress: () => change({ status: undefined }) },
    active: {
      pressed: search.status === 'active',
      onPress: () => change({ status: search.status === 'active' ? undefined : 'active' }),
    },
    totalLtv: {
      pressed: sorted('ltv'),
      onPress: () => change(sorted('ltv') ? noSort : { sortBy: 'ltv', sortOrder: 'desc' }),
    },
    averageLtv: {
      pressed: search.minLtv !== undefined,
      onPress: () =>
        change({
          minLtv: search.minLtv === undefined && kpis ? Math.max(kpis.averageLtv, 0) : undefined,
        }),
    },
    orders: {
      pressed: sorted('orders'),
      onPress: () => change(sorted('orders') ? noSort : { sortBy: 'orders', sortOrder: 'desc' }),
    },
  }

  return (
    <>
      <Stats count={6} label="Figures for this filter">
        {kpiNames.map((name) => {
          const { label, definition, pressing, format } = kpiWords[name]
          const value = kpis ? format(kpis[name]) : <Skeleton width={6} />
          return (
            <Stat
              key={name}
              label={label}
              definition={pressing ? `${definition} ${pressing}` : definition}
              value={value}
              {...(name === 'cancelled' ? {} : press[name])}
              onExplain={() => setExplained(name)}
            />
          )
        })}
      </Stats>
      <Suspense fallback={null}>
        {explained && kpis ? (
          <ExplainKpi
            name={explained}
            kpis={kpis}
            search={search}
            onStatus={(status) => {
              setExplained(undefined)
              change({ status })
            }}
            onClose={() => setExplained(undefined)}
          />
        ) : null}
      </Suspense>
    </>
  )
}

const noSort = { sortBy: undefined, sortOrder: undefined }

import { useQuery } from '@tanstack/react-query'
import { CircleCheck } from 'lucide-react'
import { listCustomersOptions, type Figures, type FiguresOfStatus } from '../../../api'
import { Explanation, Freshness } from '../../../components/Explanation'
import { CustomerStatusBadge } from '../../../components/status'
import { plural } from '../../../ui/format'
import { toQuery, type CustomerListSearch } from './filter'
import { kpiWords, type Kpi } from './kpis'

interface ExplainKpiProps {
  name: Kpi
  kpis: Figures
  search: CustomerListSearch
  onStatus: (status: FiguresOfStatus['status']) => void
  onClose: () => void
}

/** A figure of the list with its parts by status, each of which is a list itself. */
export default function ExplainKpi(props: ExplainKpiProps) {
  const { name, kpis, search, onStatus, onClose } = props
  // Asked here alone: the page would be rendered anew each time that nothing has changed.
  const { dataUpdatedAt: asOf } = useQuery({
    ...listCustomersOptions({ query: toQuery(search) }),
    enabled: false,
  })
  const { label, definition, format } = kpiWords[name]
  // An average has no parts of its own: it is made of the LTV and of how many there are.
  const of = name === 'averageLtv' ? 'totalLtv' : name
  const sum = kpis.byStatus.reduce((total, part) => total + part[of], 0)
  return (
    <Explanation label={label} definition={definition} onClose={onClose}>
      <p className="explained-value money">{format(kpis[name])}</p>
      {asOf ? <Freshness at={new Date(asOf).toISOString()} /> : null}
      <p className="row tight">
        <CircleCheck size={16} className="explained-proof" aria-hidden="true" />
        {name === 'averageLtv'
          ? `${format(sum)} of LTV, divided by ${plural(kpis.customers, 'customer')}.`
          : `${plural(kpis.byStatus.length, 'status adds', 'statuses add')} up to ${format(sum)}.`}
      </p>
      <ul className="explained-entries" aria-label="Parts">
        {kpis.byStatus.map((part) => (
          <li key={part.status} className="row between">
            <span className="row tight">
              <CustomerStatusBadge status={part.status} />
              {search.status ? null : (
                <button type="button" className="text-link" onClick={() => onStatus(part.status)}>
                  Show {plural(part.customers, 'customer')}
                </button>
              )}
            </span>
            <span className="money">{format(part[of])}</span>
          </li>
        ))}
      </ul>
    </Explanation>
  )
}

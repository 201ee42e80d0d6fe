import type { Figures } from '../../../api'
import { formatCount, formatMoney } from '../../../ui/format'

export type Kpi = Exclude<keyof Figures, 'byStatus'>

interface KpiWords {
  label: string
  /** What is counted. */
  definition: string
  /** What pressing it does to the list. */
  pressing?: string
  format: (value: number) => string
}

export const kpiWords: Record<Kpi, KpiWords> = {
  customers: {
    label: 'Customers',
    definition: 'Customers that match the filter.',
    pressing: 'Press to show every status.',
    format: formatCount,
  },
  active: {
    label: 'Active',
    definition: 'Those among them with an order in the last twelve months.',
    pressing: 'Press to show only these.',
    format: formatCount,
  },
  totalLtv: {
    label: 'LTV',
    definition: 'Captured payments minus refunds, over all time.',
    pressing: 'Press to put the highest first.',
    format: formatMoney,
  },
  averageLtv: {
    label: 'Average LTV',
    definition: 'LTV divided by the number of customers, to the nearest penny.',
    pressing: 'Press to show only those who reach it.',
    format: formatMoney,
  },
  orders: {
    label: 'Orders',
    definition: 'Bookings that these customers placed: all but drafts.',
    pressing: 'Press to put the most first.',
    format: formatCount,
  },
  cancelled: {
    label: 'Cancellations',
    definition: 'Bookings of these customers that were cancelled.',
    format: formatCount,
  },
}

export const kpiNames = Object.keys(kpiWords) as Kpi[]

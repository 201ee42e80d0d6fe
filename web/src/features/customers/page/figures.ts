import type { ExplainFigureData } from '../../../api'

export type Figure = ExplainFigureData['query']['figure']

interface FigureWords {
  label: string
  /** How it is counted. */
  definition: string
  unit: 'money' | 'count' | 'instant'
}

/** The figures of a customer that open to what they are made of: those of the page’s head, then those of the money tab. */
export const figures: Record<Figure, FigureWords> = {
  orders: {
    label: 'Orders',
    definition: 'Bookings that were placed: all but drafts.',
    unit: 'count',
  },
  completed_orders: {
    label: 'Completed',
    definition: 'Bookings whose move has been done.',
    unit: 'count',
  },
  cancelled_orders: {
    label: 'Cancelled',
    definition: 'Bookings that were cancelled.',
    unit: 'count',
  },
  last_order: {
    label: 'Last order',
    definition: 'When the latest booking was placed, drafts apart.',
    unit: 'instant',
  },
  ltv: {
    label: 'LTV',
    definition: 'Captured payments minus refunds, over all time.',
    unit: 'money',
  },
  open_tickets: {
    label: 'Open tickets',
    definition: 'Tickets that are open or in progress.',
    unit: 'count',
  },
  urgent_tickets: {
    label: 'Urgent tickets',
    definition: 'Open tickets with urgent priority.',
    unit: 'count',
  },
  addresses: { label: 'Addresses', definition: 'Addresses on file.', unit: 'count' },
  contacts: { label: 'Contacts', definition: 'Other people to reach.', unit: 'count' },
  paid: { label: 'Paid', definition: 'Captured payments, over all time.', unit: 'money' },
  refunded: {
    label: 'Refunded',
    definition: 'Refunds that have gone back. What is on its way is not counted.',
    unit: 'money',
  },
  lost_in_disputes: {
    label: 'Lost in disputes',
    definition:
      'What banks took back for good, in disputes that were decided against us. The LTV does not take it off.',
    unit: 'money',
  },
  store_credit: {
    label: 'Store credit',
    definition:
      'What the customer can still spend: what is left of each credit whose last day has not passed.',
    unit: 'money',
  },
}

export const figureNames = Object.keys(figures) as Figure[]

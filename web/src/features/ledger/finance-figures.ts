import type { ExplainFinanceFigureData } from '../../api'

export type FinanceFigure = ExplainFinanceFigureData['query']['figure']

/** The figures of finance’s day, and how they are counted. */
export const financeFigures: Record<FinanceFigure, { label: string; definition: string }> = {
  refunded: { label: 'Refunded today', definition: 'Refunds that went back today.' },
  credited: {
    label: 'Credited today',
    definition: 'Store credit given today, refunds to store credit not counted.',
  },
  under_way: {
    label: 'Under way',
    definition: 'Approved and not finished, whatever they wait for.',
  },
  requires_action: {
    label: 'To be done',
    definition: 'A person must do something, such as make the transfer.',
  },
  in_doubt: {
    label: 'In doubt',
    definition: 'The card provider’s answer was lost; it is being looked up.',
  },
  pending_approval: {
    label: 'Awaiting approval',
    definition: 'Above a ceiling; somebody else decides.',
  },
  failed: { label: 'Failed this week', definition: 'Failed in the last seven days.' },
  credit_owed: { label: 'Credit owed', definition: 'What all customers can still spend.' },
  disputed: {
    label: 'Disputed',
    definition: 'What banks hold of payments until they decide about a dispute.',
  },
}

export const financeFigureNames = Object.keys(financeFigures) as FinanceFigure[]

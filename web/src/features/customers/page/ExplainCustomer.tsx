import { explainFigure, explainFigureInfiniteQueryKey } from '../../../api'
import { ExplainedFigure } from '../../../components/Explanation'
import { figures, type Figure } from './figures'

interface ExplainCustomerProps {
  customerId: string
  figure: Figure
  onClose: () => void
}

/** One figure of a customer, with every row that it sums. */
export default function ExplainCustomer({ customerId, figure, onClose }: ExplainCustomerProps) {
  const path = { id: customerId }
  const { label, definition, unit } = figures[figure]
  return (
    <ExplainedFigure
      label={label}
      definition={definition}
      unit={unit}
      queryKey={explainFigureInfiniteQueryKey({ path, query: { figure } })}
      read={async (after, signal) => {
        const query = { figure, after }
        const { data } = await explainFigure({ path, query, signal, throwOnError: true })
        return data
      }}
      onClose={onClose}
    />
  )
}

import { explainFinanceFigure, explainFinanceFigureInfiniteQueryKey } from '../../api'
import { ExplainedFigure } from '../../components/Explanation'
import { financeFigures, type FinanceFigure } from './finance-figures'

/** One figure of finance’s day, with every row that it sums. */
export default function ExplainFinance({
  figure,
  onClose,
}: {
  figure: FinanceFigure
  onClose: () => void
}) {
  return (
    <ExplainedFigure
      {...financeFigures[figure]}
      unit="money"
      queryKey={explainFinanceFigureInfiniteQueryKey({ query: { figure } })}
      read={async (after, signal) => {
        const query = { figure, after }
        const { data } = await explainFinanceFigure({ query, signal, throwOnError: true })
        return data
      }}
      onClose={onClose}
    />
  )
}

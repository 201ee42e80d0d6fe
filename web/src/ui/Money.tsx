import { formatMoney } from './format'

export function Money({ pence }: { pence: number }) {
  return <span className="money">{formatMoney(pence)}</span>
}

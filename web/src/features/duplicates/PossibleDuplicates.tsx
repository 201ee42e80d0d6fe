import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { listDuplicatesOfOptions, type DuplicatePair } from '../../api'
import { useMe } from '../../components/me'
import { Section } from '../../ui/Section'
import { PairCard } from './PairCard'

const DismissDialog = lazy(() => import('./DismissDialog'))

/** Who may be the same person as this customer; nothing where nobody may. */
export default function PossibleDuplicates({ customerId }: { customerId: string }) {
  const mayMerge = useMe().permissions.includes('customer.merge')
  const { data } = useQuery({
    ...listDuplicatesOfOptions({ path: { id: customerId } }),
    enabled: mayMerge,
  })
  const [dismissing, setDismissing] = useState<DuplicatePair>()
  if (!data || data.pairs.length === 0) return null
  return (
    <Section title={`Possible duplicates: ${data.pairs.length}`} flush>
      <ul className="card-list" aria-label="Possible duplicates">
        {data.pairs.map((pair) => (
          <li key={pair.other.id}>
            <PairCard pair={pair} onDismiss={() => setDismissing(pair)} />
          </li>
        ))}
      </ul>
      <Suspense fallback={null}>
        {dismissing ? (
          <DismissDialog pair={dismissing} onClose={() => setDismissing(undefined)} />
        ) : null}
      </Suspense>
    </Section>
  )
}

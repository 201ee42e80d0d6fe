import { createFileRoute } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { OverviewTab } from '../../../../../features/customers/page/OverviewTab'

const PossibleDuplicates = lazy(
  () => import('../../../../../features/duplicates/PossibleDuplicates'),
)
const MergedRecords = lazy(() => import('../../../../../features/duplicates/MergedRecords'))

export const Route = createFileRoute('/_app/admin/customers/$customerId/')({
  component: OverviewRoute,
})

function OverviewRoute() {
  const { customerId } = Route.useParams()
  return (
    <>
      <OverviewTab customerId={customerId} />
      <Suspense fallback={null}>
        <PossibleDuplicates customerId={customerId} />
        <MergedRecords customerId={customerId} />
      </Suspense>
    </>
  )
}

import { createFileRoute } from '@tanstack/react-router'
import { LimitsPage } from '../../../features/ledger/LimitsPage'
import { SightLimitsSection } from '../../../features/sight/SightLimitsSection'

export const Route = createFileRoute('/_app/admin/ceilings')({
  component: () => (
    <LimitsPage>
      <SightLimitsSection />
    </LimitsPage>
  ),
})

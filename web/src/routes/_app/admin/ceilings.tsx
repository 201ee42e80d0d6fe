import { createFileRoute } from '@tanstack/react-router'
import { LimitsPage } from '../../../features/ledger/LimitsPage'

export const Route = createFileRoute('/_app/admin/ceilings')({ component: LimitsPage })

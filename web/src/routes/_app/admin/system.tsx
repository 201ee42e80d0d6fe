import { createFileRoute } from '@tanstack/react-router'
import { SystemPage } from '../../../features/page_timings/SystemPage'

export const Route = createFileRoute('/_app/admin/system')({ component: SystemPage })

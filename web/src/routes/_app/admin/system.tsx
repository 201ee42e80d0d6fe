import { createFileRoute } from '@tanstack/react-router'
import { PageTimings } from '../../../features/page_timings/PageTimings'
import { SystemPage } from '../../../features/watch/SystemPage'

export const Route = createFileRoute('/_app/admin/system')({
  component: () => <SystemPage pages={<PageTimings />} />,
})

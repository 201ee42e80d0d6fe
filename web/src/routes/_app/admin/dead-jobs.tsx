import { createFileRoute } from '@tanstack/react-router'
import { DeadJobsPage } from '../../../features/dead_jobs/DeadJobsPage'

export const Route = createFileRoute('/_app/admin/dead-jobs')({ component: DeadJobsPage })

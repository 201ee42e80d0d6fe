import { createFileRoute } from '@tanstack/react-router'
import { BackupsPage } from '../../../features/backups/BackupsPage'

export const Route = createFileRoute('/_app/admin/backups')({ component: BackupsPage })

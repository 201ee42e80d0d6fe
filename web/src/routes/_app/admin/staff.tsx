import { createFileRoute } from '@tanstack/react-router'
import * as z from 'zod/mini'
import { StaffPage } from '../../../features/staff/StaffPage'

export const Route = createFileRoute('/_app/admin/staff')({
  validateSearch: z.object({
    tab: z.catch(z.optional(z.enum(['permissions'])), undefined),
    sessions: z.catch(z.optional(z.coerce.string()), undefined),
  }),
  component: StaffRoute,
})

function StaffRoute() {
  const { tab, sessions } = Route.useSearch()
  const navigate = Route.useNavigate()
  return (
    <StaffPage
      tab={tab ?? 'people'}
      sessionsOf={sessions}
      onSessions={(id) => void navigate({ search: id === undefined ? {} : { sessions: id } })}
    />
  )
}

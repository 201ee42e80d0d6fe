import { createFileRoute } from '@tanstack/react-router'
import { oneOf, searchParser, word } from '../../../components/search'
import { StaffPage } from '../../../features/staff/StaffPage'

export const Route = createFileRoute('/_app/admin/staff')({
  validateSearch: searchParser({ tab: oneOf('permissions'), sessions: word }),
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

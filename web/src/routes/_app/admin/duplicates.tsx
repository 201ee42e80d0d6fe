import { createFileRoute } from '@tanstack/react-router'
import { oneOf, searchParser } from '../../../components/search'
import { DuplicatesPage } from '../../../features/duplicates/DuplicatesPage'

export const Route = createFileRoute('/_app/admin/duplicates')({
  validateSearch: searchParser({ reason: oneOf('email', 'phone', 'surname_postcode') }),
  component: DuplicatesRoute,
})

function DuplicatesRoute() {
  const { reason } = Route.useSearch()
  return <DuplicatesPage key={reason} reason={reason} />
}

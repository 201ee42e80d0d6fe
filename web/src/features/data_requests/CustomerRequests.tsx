import { useInfiniteQuery } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { asProblem } from '../../api'
import { LoadMore } from '../../components/LoadMore'
import { useMe } from '../../components/me'
import { useBlocked } from '../../components/permissions'
import { ActButton } from '../../ui/ActButton'
import { Section } from '../../ui/Section'
import { ErrorState } from '../../ui/states'
import { requestPages } from './queries'
import { RequestTable } from './RequestTable'

const NewRequestDialog = lazy(() => import('./dialogs/NewRequestDialog'))

/** What one customer has asked about their data. */
export function CustomerRequests(props: { customerId: string; onOpen: (id: string) => void }) {
  const { customerId, onOpen } = props
  const mayRead = useMe().permissions.includes('data_request.read')
  const query = useInfiniteQuery({ ...requestPages({ customerId }), enabled: mayRead })
  const blocked = useBlocked()('data_request.handle')
  const [adding, setAdding] = useState(false)
  if (!mayRead) return null
  const rows = query.data?.pages.flatMap((page) => page.requests)
  return (
    <Section
      title="Data requests"
      flush
      actions={
        <ActButton size="xs" variant="outline" blocked={blocked} onClick={() => setAdding(true)}>
          <Plus aria-hidden="true" />
          New request
        </ActButton>
      }
    >
      {query.isError && !rows ? (
        <ErrorState failure={asProblem(query.error)} onRetry={() => void query.refetch()} />
      ) : rows?.length === 0 ? (
        <p className="section-body muted">
          Nothing asked yet. Write down here what this customer asks about their data.
        </p>
      ) : (
        <RequestTable label="Data requests" rows={rows} />
      )}
      <LoadMore query={query} what="requests" />
      <Suspense fallback={null}>
        {adding ? (
          <NewRequestDialog
            customerId={customerId}
            onClose={() => setAdding(false)}
            onCreated={onOpen}
          />
        ) : null}
      </Suspense>
    </Section>
  )
}

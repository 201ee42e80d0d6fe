import { Button } from '@chakra-ui/react'
import { useQueryErrorResetBoundary } from '@tanstack/react-query'
import { Link, useRouter, type ErrorComponentProps } from '@tanstack/react-router'
import { MapPinOff } from 'lucide-react'
import { asProblem } from '../api'
import { Page } from '../components/Page'
import { EmptyState, ErrorState } from '../ui/states'

export function NotFoundPage() {
  return (
    <Page title="Not found" heading="Not found">
      <EmptyState
        icon={MapPinOff}
        title="There is nothing at this address"
        actions={
          <Button asChild size="sm" variant="outline">
            <Link to="/admin/customers">Go to customers</Link>
          </Button>
        }
      >
        The link may be old or incomplete. If somebody sent it to you, ask them for a new one.
      </EmptyState>
    </Page>
  )
}

/** Outside the frame of the signed-in pages. */
export function BareNotFoundPage() {
  return (
    <main className="shell-main">
      <NotFoundPage />
    </main>
  )
}

export function ErrorPage({ error, reset }: ErrorComponentProps) {
  const router = useRouter()
  const { reset: resetQueries } = useQueryErrorResetBoundary()
  return (
    <Page title="Something went wrong" heading="Something went wrong">
      <ErrorState
        failure={asProblem(error)}
        onRetry={() => {
          resetQueries()
          reset()
          void router.invalidate()
        }}
      />
    </Page>
  )
}

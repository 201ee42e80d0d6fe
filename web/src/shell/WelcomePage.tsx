import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense } from 'react'
import { asProblem, readLink } from '../api'
import { SkeletonLines } from '../ui/Skeleton'
import { Callout, RequestId } from '../ui/states'
import { Entrance } from './Entrance'

const LinkForm = lazy(() => import('./LinkForm'))

interface WelcomePageProps {
  token: string | undefined
  onSignedIn: () => void
}

/** Where one-time links lead: the first account, an invitation, a forgotten password. */
export function WelcomePage({ token, onSignedIn }: WelcomePageProps) {
  const link = useQuery({
    queryKey: ['readLink', token],
    queryFn: async ({ signal }) => {
      const { data } = await readLink({ body: { token: token ?? '' }, signal, throwOnError: true })
      return data
    },
    enabled: token !== undefined,
    staleTime: Infinity,
    retry: false,
  })

  if (token === undefined || link.isError) {
    const problem = link.isError ? asProblem(link.error) : undefined
    return (
      <Entrance title="This link does not work">
        <Callout tone="error">
          {problem?.detail ??
            'The address is incomplete. Open the whole link, to its last character.'}
          <RequestId id={problem?.requestId} />
        </Callout>
        <p className="muted">
          Links work once and for a limited time. Ask whoever sent it for a new one.
        </p>
      </Entrance>
    )
  }
  const waiting = (
    <Entrance title="One moment">
      <SkeletonLines lines={5} />
    </Entrance>
  )
  if (!link.data) return waiting
  return (
    <Suspense fallback={waiting}>
      <LinkForm link={link.data} token={token} onSignedIn={onSignedIn} />
    </Suspense>
  )
}

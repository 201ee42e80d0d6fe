import { createFileRoute, Outlet, redirect } from '@tanstack/react-router'
import { lazy, Suspense, useDeferredValue } from 'react'
import { asProblem, readMeOptions } from '../api'
import { useMe } from '../components/me'
import { paths } from '../paths'
import { Shell } from '../shell/Shell'

const EnrolPage = lazy(() => import('../shell/EnrolPage'))

/** Everything behind sign-in. */
export const Route = createFileRoute('/_app')({
  beforeLoad: async ({ context, location }) => {
    try {
      await context.queryClient.query({ ...readMeOptions(), staleTime: 'static' })
    } catch (error) {
      if (asProblem(error).status !== 401) throw error
      throw redirect({ to: paths.signIn, search: { back: location.href } })
    }
  },
  component: SignedIn,
})

function SignedIn() {
  const { mustEnrol } = useMe()
  // The router renders at one go, which takes a slow phone half a second: what comes a moment later is rendered in slices.
  const isTime = useDeferredValue(true, false)
  if (!isTime) return <div id="first-paint" aria-hidden="true" />
  if (mustEnrol) {
    return (
      <Suspense fallback={null}>
        <EnrolPage />
      </Suspense>
    )
  }
  return (
    <Shell>
      <Outlet />
    </Shell>
  )
}

import { createFileRoute, Outlet, redirect } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
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
  if (useMe().mustEnrol) {
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

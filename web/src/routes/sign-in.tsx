import { createFileRoute, useRouter } from '@tanstack/react-router'
import * as z from 'zod/mini'
import { safeReturn } from '../paths'
import { SignInPage } from '../shell/SignInPage'

const search = z.object({
  back: z.catch(z.optional(z.string()), undefined),
  ended: z.catch(z.optional(z.enum(['expired', 'signed-out'])), undefined),
})

export const Route = createFileRoute('/sign-in')({
  validateSearch: search,
  component: SignInRoute,
})

function SignInRoute() {
  const { back, ended } = Route.useSearch()
  const router = useRouter()
  return <SignInPage ended={ended} onSignedIn={() => router.history.replace(safeReturn(back))} />
}

import { createFileRoute, useRouter } from '@tanstack/react-router'
import { oneOf, searchParser, word } from '../components/search'
import { safeReturn } from '../paths'
import { SignInPage } from '../shell/SignInPage'

export const Route = createFileRoute('/sign-in')({
  validateSearch: searchParser({ back: word, ended: oneOf('expired', 'signed-out') }),
  component: SignInRoute,
})

function SignInRoute() {
  const { back, ended } = Route.useSearch()
  const router = useRouter()
  return <SignInPage ended={ended} onSignedIn={() => router.history.replace(safeReturn(back))} />
}

import { createFileRoute, useRouter } from '@tanstack/react-router'
import { oneOf, searchParser, word } from '../components/search'
import { safeReturn } from '../paths'
import { SignInPage } from '../shell/SignInPage'

export const Route = createFileRoute('/sign-in')({
  validateSearch: searchParser({
    back: word,
    ended: oneOf('expired', 'signed-out'),
    step: oneOf('code'),
    trouble: oneOf('expired', 'provider', 'unknown', 'too-many'),
  }),
  component: SignInRoute,
})

function SignInRoute() {
  const { back, ended, step, trouble } = Route.useSearch()
  const router = useRouter()
  return (
    <SignInPage
      ended={ended}
      back={safeReturn(back)}
      waitsForCode={step === 'code'}
      trouble={trouble}
      onSignedIn={() => router.history.replace(safeReturn(back))}
    />
  )
}

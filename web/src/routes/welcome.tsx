import { createFileRoute, useRouter } from '@tanstack/react-router'
import { useState } from 'react'
import { paths } from '../paths'
import { WelcomePage } from '../shell/WelcomePage'

export const Route = createFileRoute('/welcome')({
  component: WelcomeRoute,
})

function WelcomeRoute() {
  const router = useRouter()
  // The token stands behind the hash, where neither servers nor logs see it.
  const [token] = useState(
    () => new URLSearchParams(location.hash.slice(1)).get('token') ?? undefined,
  )
  return <WelcomePage token={token} onSignedIn={() => router.history.replace(paths.home)} />
}

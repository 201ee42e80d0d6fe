import type { QueryClient } from '@tanstack/react-query'
import { createRouter, parseSearchWith, stringifySearchWith } from '@tanstack/react-router'
import { onSessionEnd, readMeOptions } from './api'
import { paths } from './paths'
import { routeTree } from './routes.gen'
import { ErrorPage, NotFoundPage } from './shell/errors'

export function createAppRouter(queryClient: QueryClient) {
  const router = createRouter({
    routeTree,
    context: { queryClient },
    defaultPreload: 'intent',
    defaultPreloadStaleTime: 0,
    defaultErrorComponent: ErrorPage,
    defaultNotFoundComponent: NotFoundPage,
    scrollRestoration: true,
    // Plain words in addresses: `?status=active&page=2`, not JSON.
    parseSearch: parseSearchWith((value) => value),
    stringifySearch: stringifySearchWith(String),
  })

  onSessionEnd((ended) => {
    const { href, pathname } = router.latestLocation
    if (pathname === paths.welcome) return
    if (pathname === paths.signIn) {
      // The server's word of the end can arrive before the answer to our own sign-out.
      if (ended === 'signed-out')
        void router.navigate({ to: pathname, search: (now) => ({ ...now, ended }), replace: true })
      return
    }
    const wasSignedIn = queryClient.getQueryData(readMeOptions().queryKey) !== undefined
    queryClient.clear()
    // Who was never in is led to the sign-in page by the route itself, without being told of an end.
    if (!wasSignedIn) return
    void router.navigate({ to: paths.signIn, search: { back: href, ended } })
  })

  return router
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>
  }
}

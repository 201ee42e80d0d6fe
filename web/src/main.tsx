import { ChakraProvider } from '@chakra-ui/react'
import createCache from '@emotion/cache'
import { CacheProvider } from '@emotion/react'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { startTransition, StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { createQueryClient } from './api/query-client'
import { Confirmations } from './components/confirm'
import { Proofs } from './components/proof'
import { Toasts } from './components/toast'
import { createAppRouter } from './router'
import { followTheme } from './ui/theme/colour-mode'
import { createDeskSystem } from './ui/theme/system'
import './ui/styles/index.css'

/** Between two steps, so that a slow phone answers in the meantime. */
const breath = () => new Promise<void>((resolve) => setTimeout(resolve))

async function start(root: HTMLElement) {
  followTheme()
  await breath()
  const system = createDeskSystem()
  await breath()
  const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce
  const styles = createCache({ key: 'hub', ...(nonce ? { nonce } : {}) })
  const queryClient = createQueryClient()
  const router = createAppRouter(queryClient)
  await breath()
  const desk = (
    <StrictMode>
      <CacheProvider value={styles}>
        <ChakraProvider value={system}>
          <QueryClientProvider client={queryClient}>
            <RouterProvider router={router} />
            <Confirmations />
            <Proofs />
            <Toasts />
          </QueryClientProvider>
        </ChakraProvider>
      </CacheProvider>
    </StrictMode>
  )
  // Rendered in slices, as far as it can be.
  startTransition(() => createRoot(root).render(desk))
}

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no #root')
void start(root)

import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { Menu } from 'lucide-react'
import { lazy, Suspense, useEffect, useRef, useState, type ReactNode } from 'react'
import { useMe } from '../components/me'
import { AccountMenu, ThemeSwitch } from './AccountMenu'
import { Brand } from './Brand'
import { connectLive } from './live-connection'
import { NavList } from './Nav'
import { PaletteButton } from './palette/PaletteButton'
import { SearchBox } from './SearchBox'
import { Shortcuts } from './Shortcuts'

const loadNavSheet = () => import('./NavSheet')
const NavSheet = lazy(loadNavSheet)
const FenceNotice = lazy(() => import('./FenceNotice'))

/** The frame around every page of a signed-in person. */
export function Shell({ children }: { children: ReactNode }) {
  const me = useMe()
  const main = useRef<HTMLElement>(null)
  const [navOpen, setNavOpen] = useState(false)
  const online = useLiveConnection()
  usePageTimings()

  return (
    <div className="shell">
      <a
        className="skip-link"
        href="#main"
        onClick={(event) => {
          event.preventDefault()
          main.current?.focus()
        }}
      >
        Skip to the content
      </a>
      <div className="shell-notices" role="region" aria-label="Notices">
        {me.demo ? (
          <p className="notice" data-tone="demo">
            Demo: the people and bookings here are invented, and everybody knows the sign-ins.
          </p>
        ) : null}
        {me.permissions.includes('fence.accept') ? (
          <Suspense fallback={null}>
            <FenceNotice />
          </Suspense>
        ) : null}
        <div role="status">
          {online ? null : (
            <p className="notice" data-tone="offline">
              No connection. What you see may be out of date; trying again.
            </p>
          )}
        </div>
      </div>
      <nav className="shell-nav" aria-label="Main">
        <Brand />
        <NavList />
      </nav>
      <header className="shell-top">
        <button
          type="button"
          className="icon-button only-phone"
          aria-label="Menu"
          aria-haspopup="dialog"
          aria-expanded={navOpen}
          onPointerEnter={() => void loadNavSheet()}
          onClick={() => setNavOpen(true)}
        >
          <Menu size={20} aria-hidden="true" />
        </button>
        <SearchBox />
        <span className="spacer not-phone" />
        <PaletteButton />
        <Shortcuts />
        <ThemeSwitch />
        <AccountMenu />
      </header>
      <main className="shell-main" id="main" ref={main} tabIndex={-1}>
        {children}
      </main>
      {navOpen ? (
        <Suspense fallback={null}>
          <NavSheet onClose={() => setNavOpen(false)} />
        </Suspense>
      ) : null}
    </div>
  )
}

/** Once for the document, and when there is nothing better to do. */
let measuring = false

function usePageTimings(): void {
  const router = useRouter()
  useEffect(() => {
    if (measuring) return
    measuring = true
    void import('./page-timings').then(({ measurePages }) =>
      router.subscribe(
        'onResolved',
        measurePages(() => router.state.matches.at(-1)?.fullPath.replace(/(.)[/]$/, '$1')),
      ),
    )
  }, [router])
}

/** Whether the server can be heard. A short gap, as at a restart of the page, is not worth a word. */
function useLiveConnection(): boolean {
  const queryClient = useQueryClient()
  const [online, setOnline] = useState(true)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const disconnect = connectLive(queryClient, (now) => {
      clearTimeout(timer)
      timer = setTimeout(() => setOnline(now), now ? 0 : 3_000)
    })
    return () => {
      clearTimeout(timer)
      disconnect()
    }
  }, [queryClient])
  return online
}

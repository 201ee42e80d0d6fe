import { lazy, Suspense, useState } from 'react'
import { Keyboard } from 'lucide-react'
import { useSingleKey } from '../ui/single-key'

const loadDialog = () => import('./ShortcutsDialog')
const ShortcutsDialog = lazy(loadDialog)

/** The list of shortcuts, under a question mark and for those who look for it. */
export function Shortcuts() {
  const [open, setOpen] = useState(false)
  useSingleKey('?', () => setOpen(true))
  return (
    <>
      <button
        type="button"
        className="icon-button not-phone"
        aria-label="Keyboard shortcuts"
        aria-haspopup="dialog"
        aria-keyshortcuts="?"
        onPointerEnter={() => void loadDialog()}
        onClick={() => setOpen(true)}
      >
        <Keyboard size={18} aria-hidden="true" />
      </button>
      {open ? (
        <Suspense fallback={null}>
          <ShortcutsDialog onClose={() => setOpen(false)} />
        </Suspense>
      ) : null}
    </>
  )
}

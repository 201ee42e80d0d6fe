import type { LucideIcon } from 'lucide-react'
import { lazy, Suspense, useCallback, useState, type ReactNode } from 'react'

export interface MenuAct {
  id: string
  label: string
  icon: LucideIcon
  /** Why this may not be done now; the item stays, disabled, and says it. */
  blocked?: string | undefined
  destructive?: boolean
  onSelect: () => void
}

export interface OpenMenu {
  anchor: HTMLElement
  label: string
  acts: MenuAct[]
}

const loadPopup = () => import('./MenuPopup')
const MenuPopup = lazy(loadPopup)

/** Call it on hover and focus of a menu button: the menu is there when the press comes. */
export function preloadMenu(): void {
  void loadPopup()
}

/** One menu for any number of buttons: a table has a single one for all its rows. */
export function useSharedMenu(): {
  menu: ReactNode
  open: OpenMenu | undefined
  openMenu: (menu: OpenMenu) => void
} {
  const [open, setOpen] = useState<OpenMenu>()
  const close = useCallback(() => setOpen(undefined), [])
  const menu = open ? (
    <Suspense fallback={null}>
      <MenuPopup menu={open} onClose={close} />
    </Suspense>
  ) : null
  return { menu, open, openMenu: setOpen }
}

interface MenuButtonProps {
  label: string
  className?: string
  acts: () => MenuAct[]
  shared: ReturnType<typeof useSharedMenu>
  children: ReactNode
}

export function MenuButton({
  label,
  className = 'icon-button',
  acts,
  shared,
  children,
}: MenuButtonProps) {
  return (
    <button
      type="button"
      className={className}
      aria-label={label}
      aria-haspopup="menu"
      aria-expanded={shared.open?.label === label}
      onPointerEnter={preloadMenu}
      onFocus={preloadMenu}
      onClick={(event) => shared.openMenu({ anchor: event.currentTarget, label, acts: acts() })}
    >
      {children}
    </button>
  )
}

import { Menu } from '@chakra-ui/react'
import type { OpenMenu } from './menu'

/** The open menu itself, in a part of its own that loads when a menu button is first approached. */
export default function MenuPopup({ menu, onClose }: { menu: OpenMenu; onClose: () => void }) {
  return (
    <Menu.Root
      open
      onOpenChange={({ open }) => {
        if (open) return
        menu.anchor.focus()
        onClose()
      }}
      onSelect={({ value }) => {
        const act = menu.acts.find(({ id }) => id === value)
        // The act may open a dialog, which takes the focus after the menu has given it back.
        if (act) queueMicrotask(act.onSelect)
      }}
      positioning={{
        placement: 'bottom-end',
        strategy: 'fixed',
        getAnchorRect: () => menu.anchor.getBoundingClientRect(),
      }}
    >
      <Menu.Positioner>
        <Menu.Content aria-label={menu.label} minW="12rem" maxW="20rem">
          {menu.acts.map(({ id, label, icon: Icon, blocked, destructive }) => (
            <Menu.Item
              key={id}
              value={id}
              disabled={blocked !== undefined}
              minH={{ base: '11', md: '8' }}
              {...(destructive ? { color: 'fg.error' } : {})}
              {...(blocked === undefined ? {} : { css: { opacity: 1, color: 'fg.muted' } })}
            >
              <Icon size={16} aria-hidden="true" />
              <span>
                {label}
                {blocked === undefined ? null : <span className="small reason">{blocked}</span>}
              </span>
            </Menu.Item>
          ))}
        </Menu.Content>
      </Menu.Positioner>
    </Menu.Root>
  )
}

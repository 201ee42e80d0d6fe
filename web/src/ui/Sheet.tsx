import { Drawer, Portal } from '@chakra-ui/react'
import { X } from 'lucide-react'
import type { ReactNode } from 'react'

interface SheetProps {
  title: ReactNode
  side?: 'start' | 'end'
  size?: 'xs' | 'md'
  onClose: () => void
  footer?: ReactNode
  children: ReactNode
}

/** A panel at the side for looking at something without leaving the page; the whole screen on a phone. */
export default function Sheet({
  title,
  side = 'end',
  size = 'md',
  onClose,
  footer,
  children,
}: SheetProps) {
  return (
    <Drawer.Root
      open
      placement={side}
      size={size}
      onOpenChange={({ open }) => {
        if (!open) onClose()
      }}
    >
      <Portal>
        <Drawer.Backdrop w="100%" />
        <Drawer.Positioner w="100%">
          <Drawer.Content maxW={side === 'end' ? { base: '100vw', md: 'lg' } : undefined}>
            <Drawer.Header px="5" pt="4" pb="3">
              <Drawer.Title>{title}</Drawer.Title>
              <Drawer.CloseTrigger asChild>
                <button type="button" className="icon-button" aria-label="Close">
                  <X size={18} aria-hidden="true" />
                </button>
              </Drawer.CloseTrigger>
            </Drawer.Header>
            <Drawer.Body px="5" pb="5" tabIndex={0}>
              {children}
            </Drawer.Body>
            {footer ? <Drawer.Footer>{footer}</Drawer.Footer> : null}
          </Drawer.Content>
        </Drawer.Positioner>
      </Portal>
    </Drawer.Root>
  )
}

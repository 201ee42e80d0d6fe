import { Dialog, Portal } from '@chakra-ui/react'
import { X } from 'lucide-react'
import type { ReactNode, RefObject } from 'react'

interface ModalProps {
  title: string
  size?: 'sm' | 'md' | 'lg'
  /** A question that must be answered: read out at once, and not closed by a click beside it. */
  question?: boolean
  firstFocus?: RefObject<HTMLElement | null>
  onClose: () => void
  footer?: ReactNode
  children: ReactNode
}

/** A dialog: focus goes in, stays in and returns; Escape closes; the whole screen on a phone. */
export default function Modal({
  title,
  size = 'md',
  question,
  firstFocus,
  onClose,
  footer,
  children,
}: ModalProps) {
  return (
    <Dialog.Root
      open
      size={size}
      role={question ? 'alertdialog' : 'dialog'}
      scrollBehavior="inside"
      closeOnInteractOutside={!question}
      initialFocusEl={firstFocus ? () => firstFocus.current : undefined}
      // A dialog that closes hands focus back a moment later, which must not close the one that follows it.
      onFocusOutside={(event) => event.preventDefault()}
      onOpenChange={({ open }) => {
        if (!open) onClose()
      }}
    >
      <Portal>
        <Dialog.Backdrop w="100%" />
        <Dialog.Positioner w="100%">
          <Dialog.Content
            css={{
              '@media (max-width: 47.99rem)': question
                ? { '--dialog-margin': 'auto 1rem 1rem' }
                : {
                    maxW: '100dvw',
                    maxH: '100dvh',
                    h: '100dvh',
                    '--dialog-margin': '0',
                    borderRadius: '0',
                  },
            }}
          >
            <Dialog.Header px="5" pt="4" pb="3" pe="12">
              <Dialog.Title>{title}</Dialog.Title>
            </Dialog.Header>
            <Dialog.Body px="5" pt="1" pb="5">
              {children}
            </Dialog.Body>
            {footer ? (
              <Dialog.Footer px="5" py="3" borderTopWidth="1px">
                {footer}
              </Dialog.Footer>
            ) : null}
            {question ? null : (
              <Dialog.CloseTrigger asChild>
                <button type="button" className="icon-button" aria-label="Close">
                  <X size={18} aria-hidden="true" />
                </button>
              </Dialog.CloseTrigger>
            )}
          </Dialog.Content>
        </Dialog.Positioner>
      </Portal>
    </Dialog.Root>
  )
}

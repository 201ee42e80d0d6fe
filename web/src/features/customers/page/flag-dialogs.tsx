import { lazy, Suspense, useState, type ReactNode } from 'react'
import type { CustomerPage, Flag } from '../../../api'

const load = () => import('../dialogs/FlagDialogs')
const AddFlag = lazy(async () => ({ default: (await load()).AddFlag }))
const RemoveFlag = lazy(async () => ({ default: (await load()).RemoveFlag }))

/** The dialogs of flags, loaded when one is near. */
export function useFlagDialogs(customer: CustomerPage | undefined): {
  dialog: ReactNode
  preload: () => void
  add: () => void
  remove: (flag: Flag) => void
} {
  const [open, setOpen] = useState<'new' | Flag>()
  const onClose = () => setOpen(undefined)
  const dialog =
    customer && open ? (
      <Suspense fallback={null}>
        {open === 'new' ? (
          <AddFlag customer={customer} onClose={onClose} />
        ) : (
          <RemoveFlag customer={customer} flag={open} onClose={onClose} />
        )}
      </Suspense>
    ) : null
  return { dialog, preload: () => void load(), add: () => setOpen('new'), remove: setOpen }
}

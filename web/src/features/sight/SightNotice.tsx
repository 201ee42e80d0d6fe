import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Eye } from 'lucide-react'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { readSightOptions } from '../../api'
import { refreshCustomer } from '../../components/refresh-customer'
import { ActButton } from '../../ui/ActButton'
import { formatTime, plural } from '../../ui/format'
import { Callout } from '../../ui/states'

const loadDialog = () => import('./RevealDialog')
const RevealDialog = lazy(loadDialog)

/** Says that contact details are hidden, or until when they are shown, and lets one reveal them for a reason. */
export default function SightNotice({ customerId }: { customerId: string }) {
  const { data: sight } = useQuery({
    ...readSightOptions({ path: { id: customerId } }),
    // What was shown is hidden again by itself.
    refetchInterval: ({ state }) => (state.data?.revealedUntil ? 30_000 : false),
  })
  const queryClient = useQueryClient()
  const shown = useRef(false)
  useEffect(() => {
    // What is on the screen goes with the quarter of an hour.
    if (shown.current && sight?.hidden) void refreshCustomer(queryClient, customerId)
    shown.current = sight?.hidden === false
  }, [queryClient, customerId, sight?.hidden])
  const [open, setOpen] = useState(false)
  if (!sight) return null
  if (sight.revealedUntil) {
    return (
      <Callout tone="info">
        <span>Contact details are shown until {formatTime(sight.revealedUntil)}.</span>
      </Callout>
    )
  }
  const left = sight.leftToday ?? undefined
  return (
    <>
      <Callout tone="info">
        <div className="row between">
          <span>
            Contact details are hidden from your role.
            {left === undefined ? null : ` You can reveal ${plural(left, 'more customer')} today.`}
          </span>
          <ActButton
            size="xs"
            variant="outline"
            blocked={
              left === 0
                ? 'You have revealed as many customers as your role may in a day.'
                : undefined
            }
            onPointerEnter={() => void loadDialog()}
            onClick={() => setOpen(true)}
          >
            <Eye aria-hidden="true" />
            Reveal
          </ActButton>
        </div>
      </Callout>
      <Suspense fallback={null}>
        {open ? <RevealDialog customerId={customerId} onClose={() => setOpen(false)} /> : null}
      </Suspense>
    </>
  )
}

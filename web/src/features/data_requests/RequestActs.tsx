import { useQueryClient } from '@tanstack/react-query'
import {
  CalendarPlus,
  Ellipsis,
  ListChecks,
  Link,
  MailCheck,
  Undo2,
  UserRoundSearch,
  UsersRound,
  type LucideIcon,
} from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import type { DataRequestCase } from '../../api'
import { toastDone, toastProblem } from '../../components/toast'
import { ActButton } from '../../ui/ActButton'
import { MenuButton, useSharedMenu } from '../../ui/menu'
import { actWords, allActs, blockedOf, nextOf, type ActName } from './acts'
import type { Step } from './dialogs/step-values'
import { takeStep } from './step'
import { numberOf } from './words'

const StepDialog = lazy(() => import('./dialogs/StepDialog'))
const ExportLinkDialog = lazy(() => import('../../components/ExportLinkDialog'))

const icons: Partial<Record<ActName, LucideIcon>> = {
  assign: UsersRound,
  identify: UserRoundSearch,
  acknowledge: MailCheck,
  deliver: Link,
  extend: CalendarPlus,
  withdraw: Undo2,
}

/** The next steps as buttons, the rest in a menu; what may not be done says why. */
export function RequestActs({ request }: { request: DataRequestCase }) {
  const queryClient = useQueryClient()
  const shared = useSharedMenu()
  const [taking, setTaking] = useState<Step>()
  const [begun, setBegun] = useState<DataRequestCase>()
  const next = nextOf(request)
  const offered = allActs.filter(
    (action) =>
      !next.includes(action) &&
      (blockedOf(request, action) === undefined || action === 'extend') &&
      // A link may get lost after it was sent.
      (request.outcome === undefined || action === 'deliver'),
  )

  const begin = (action: ActName) => {
    if (action !== 'close') {
      setTaking(action)
      return
    }
    takeStep(queryClient, request, { action })
      .then(() => toastDone(`${numberOf(request)} closed`))
      .catch(toastProblem)
  }

  return (
    <>
      {next.toReversed().map((action) => (
        <ActButton
          key={action}
          size="sm"
          {...(action === next[0] ? { colorPalette: 'accent' } : { variant: 'outline' })}
          blocked={blockedOf(request, action)}
          onClick={() => begin(action)}
        >
          {actWords[action]}
        </ActButton>
      ))}
      {offered.length > 0 ? (
        <MenuButton
          label={`More actions for ${numberOf(request)}`}
          shared={shared}
          acts={() =>
            offered.map((action) => ({
              id: action,
              label: actWords[action],
              icon: icons[action] ?? ListChecks,
              blocked: blockedOf(request, action),
              onSelect: () => begin(action),
            }))
          }
        >
          <Ellipsis size={18} aria-hidden="true" />
        </MenuButton>
      ) : null}
      {shared.menu}
      <Suspense fallback={null}>
        {taking ? (
          <StepDialog
            request={request}
            action={taking}
            onClose={() => setTaking(undefined)}
            onTaken={(now) => setBegun(now.link ? now : undefined)}
          />
        ) : null}
        {begun?.link && begun.exports[0] ? (
          <ExportLinkDialog
            export={begun.exports[0]}
            link={begun.link}
            onClose={() => setBegun(undefined)}
          />
        ) : null}
      </Suspense>
    </>
  )
}

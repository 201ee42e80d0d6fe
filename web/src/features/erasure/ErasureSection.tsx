import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Eraser, Gavel } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import {
  asProblem,
  readErasureOptions,
  scanAgain,
  withdrawErasure,
  type CustomerErasure,
  type ErasurePage,
} from '../../api'
import { confirm } from '../../components/confirm'
import { ErasureBadge } from '../../components/erasure-state'
import { useMe } from '../../components/me'
import { refreshCustomer } from '../../components/refresh-customer'
import { toastDone, toastProblem } from '../../components/toast'
import { ActButton } from '../../ui/ActButton'
import { formatDate, formatDateTime, plural } from '../../ui/format'
import { Section } from '../../ui/Section'
import { SkeletonLines } from '../../ui/Skeleton'
import { Callout, ErrorState } from '../../ui/states'
import type { Asked } from './ErasureDialogs'
import { stepInWords } from './words'

const loadDialogs = () => import('./ErasureDialogs')
const ErasureDialogs = lazy(loadDialogs)
const ErasureDetails = lazy(() => import('./ErasureDetails'))

const LOOK_AGAIN_MS = 1500

/** What keeps, and what erases, one customer. */
export function ErasureSection({ customerId }: { customerId: string }) {
  const mayRead = useMe().permissions.includes('erasure.read')
  const query = useQuery({
    ...readErasureOptions({ path: { id: customerId } }),
    enabled: mayRead,
    refetchInterval: ({ state }) => (isUnderWay(state.data?.erasure) ? LOOK_AGAIN_MS : false),
  })
  const [asked, setAsked] = useState<Asked>()
  if (!mayRead) return null
  const page = query.data
  if (!page)
    return (
      <Section title="Erasure">
        {query.isError ? (
          <ErrorState failure={asProblem(query.error)} onRetry={() => void query.refetch()} />
        ) : (
          <SkeletonLines lines={3} />
        )}
      </Section>
    )
  return (
    <>
      <Holds page={page} onAsk={setAsked} />
      <Erasure customerId={customerId} page={page} onAsk={setAsked} />
      <Suspense fallback={null}>
        {asked ? (
          <ErasureDialogs
            asked={asked}
            customerId={customerId}
            page={page}
            onClose={() => setAsked(undefined)}
          />
        ) : null}
      </Suspense>
    </>
  )
}

function isUnderWay(erasure: CustomerErasure | null | undefined) {
  return erasure?.state === 'approved' || erasure?.state === 'running'
}

interface PartProps {
  page: ErasurePage
  onAsk: (asked: Asked) => void
}

function Holds({ page, onAsk }: PartProps) {
  const held = page.holds.find((hold) => !hold.liftedAt)
  const past = page.holds.filter((hold) => hold.liftedAt)
  return (
    <Section
      title="Legal hold"
      actions={
        <ActButton
          size="xs"
          variant="outline"
          blocked={reasonOf(held ? page.actions.liftHold : page.actions.placeHold)}
          onPointerEnter={() => void loadDialogs()}
          onClick={() => onAsk(held ? 'lift' : 'place')}
        >
          <Gavel aria-hidden="true" />
          {held ? 'Lift' : 'Place a hold'}
        </ActButton>
      }
    >
      {held ? (
        <Callout tone="warning">
          <p dir="auto">{held.reason}</p>
          <p className="small">
            Placed by {held.placedByName}, {formatDateTime(held.placedAt)}. Nothing of this customer
            is erased until it is lifted.
          </p>
        </Callout>
      ) : (
        <p className="muted">
          None in force. A hold keeps everything about this customer, whatever is asked or however
          old it gets.
        </p>
      )}
      {past.length > 0 ? (
        <ul className="stack tight" aria-label="Earlier holds">
          {past.map((hold) => (
            <li key={hold.id} className="small subtle">
              {formatDateTime(hold.placedAt)} to {formatDateTime(hold.liftedAt ?? '')}:{' '}
              <span dir="auto">{hold.reason}</span> (lifted by {hold.liftedByName}:{' '}
              <span dir="auto">{hold.liftReason}</span>)
            </li>
          ))}
        </ul>
      ) : null}
    </Section>
  )
}

function Erasure({ customerId, page, onAsk }: PartProps & { customerId: string }) {
  const { erasure, actions, blocks } = page
  const queryClient = useQueryClient()
  const open = erasure && !['withdrawn', 'stopped', 'done'].includes(erasure.state)

  const act = async (call: () => Promise<unknown>, done: string) => {
    try {
      await call()
      toastDone(done)
    } catch (error) {
      toastProblem(error)
    } finally {
      await refreshCustomer(queryClient, customerId)
    }
  }
  const withdraw = async (id: string) => {
    const agreed = await confirm({
      title: 'Withdraw this plan?',
      body: 'Nothing has been erased. A new plan can be made at any time.',
      act: 'Withdraw',
    })
    if (agreed)
      await act(() => withdrawErasure({ path: { id }, throwOnError: true }), 'Plan withdrawn')
  }

  return (
    <Section
      title="Erasure"
      actions={
        <>
          {erasure?.state === 'planned' ? (
            <>
              <ActButton
                size="xs"
                variant="outline"
                blocked={reasonOf(actions.withdrawErasure)}
                onClick={() => void withdraw(erasure.id)}
              >
                Withdraw
              </ActButton>
              <ActButton
                size="xs"
                colorPalette="red"
                blocked={reasonOf(actions.approveErasure)}
                onPointerEnter={() => void loadDialogs()}
                onClick={() => onAsk('approve')}
              >
                Approve and erase
              </ActButton>
            </>
          ) : null}
          {erasure?.state === 'found' ? (
            <ActButton
              size="xs"
              variant="outline"
              blocked={reasonOf(actions.scanAgain)}
              onClick={() =>
                void act(
                  () => scanAgain({ path: { id: erasure.id }, throwOnError: true }),
                  'Erasing and looking again',
                )
              }
            >
              Erase and look again
            </ActButton>
          ) : null}
          {open || page.erasedAt ? null : (
            <ActButton
              size="xs"
              variant="outline"
              blocked={reasonOf(actions.planErasure)}
              onPointerEnter={() => void loadDialogs()}
              onClick={() => onAsk('plan')}
            >
              <Eraser aria-hidden="true" />
              Plan an erasure
            </ActButton>
          )}
        </>
      }
    >
      {page.proposal ? (
        <Callout tone="info">
          Proposed for erasure {formatDate(page.proposal.proposedAt)}: archived, and nothing heard
          of them since {formatDate(page.proposal.lastContactAt)}. Plan an erasure, or keep them:
          restore them, or place a legal hold.
        </Callout>
      ) : null}
      {erasure ? (
        <div className="stack">
          <div className="row tight" role="status">
            <ErasureBadge state={erasure.state} />
            {isUnderWay(erasure) ? (
              <span className="small subtle">{stepInWords(erasure.step)}</span>
            ) : null}
          </div>
          {erasure.stoppedBecause ? (
            <Callout tone="warning">{erasure.stoppedBecause}</Callout>
          ) : null}
          <Suspense fallback={<SkeletonLines lines={4} />}>
            <ErasureDetails erasure={erasure} />
          </Suspense>
        </div>
      ) : blocks.length > 0 ? (
        <div className="stack tight">
          <p>{plural(blocks.length, 'thing stands', 'things stand')} in the way:</p>
          <ul className="card-list" aria-label="In the way">
            {blocks.map((block) => (
              <li key={block.code}>{block.reason}</li>
            ))}
          </ul>
        </div>
      ) : (
        <p className="muted">
          Not planned. A plan shows what would go and what has to stay; somebody else approves it
          before anything is done. What was erased cannot be brought back.
        </p>
      )}
    </Section>
  )
}

function reasonOf(act: { allowed: boolean; reason?: string | null | undefined }) {
  return act.allowed ? undefined : (act.reason ?? 'This cannot be done now.')
}

import { Button } from '@chakra-ui/react'
import { useQuery } from '@tanstack/react-query'
import { Flag as FlagIcon } from 'lucide-react'
import { useState } from 'react'
import { asProblem, listCustomerFlagsOptions, type CustomerPage, type Flag } from '../../../api'
import { useBlocked } from '../../../components/permissions'
import { FlagBadge } from '../../../components/status'
import { ActButton } from '../../../ui/ActButton'
import { formatShortDate } from '../../../ui/format'
import { RelativeTime } from '../../../ui/RelativeTime'
import { Section } from '../../../ui/Section'
import { SkeletonLines } from '../../../ui/Skeleton'
import { ErrorState } from '../../../ui/states'
import { PENDING } from '../optimistic'
import { useFlagDialogs } from './flag-dialogs'

/** Open flags with everything about them, and on demand those that were. */
export function FlagsSection({ customer }: { customer: CustomerPage | undefined }) {
  const blocked = useBlocked()
  const dialogs = useFlagDialogs(customer)
  const [history, setHistory] = useState(false)
  const mayNotRemove = blocked('flag.write', customer?.actions.removeFlag)

  return (
    <Section
      title="Flags"
      actions={
        <ActButton
          size="xs"
          variant="outline"
          blocked={blocked('flag.write', customer?.actions.addFlag)}
          onPointerEnter={dialogs.preload}
          onClick={dialogs.add}
        >
          <FlagIcon aria-hidden="true" />
          Add flag
        </ActButton>
      }
    >
      {!customer ? <SkeletonLines lines={2} /> : null}
      {customer?.openFlags.length === 0 ? (
        <p className="muted">No flags. Raise one where the next colleague must be warned.</p>
      ) : null}
      <ul className="stack" aria-label="Open flags">
        {customer?.openFlags.map((flag) => (
          <li key={flag.id} className="note">
            <FlagText flag={flag} />
            {flag.id === PENDING ? null : (
              <ActButton
                size="xs"
                variant="outline"
                aria-label={`Remove flag: ${flag.reason}`}
                blocked={mayNotRemove}
                onPointerEnter={dialogs.preload}
                onClick={() => dialogs.remove(flag)}
              >
                Remove
              </ActButton>
            )}
          </li>
        ))}
      </ul>
      {customer ? (
        <Button
          size="xs"
          variant="ghost"
          alignSelf="start"
          mt="2"
          aria-expanded={history}
          onClick={() => setHistory(!history)}
        >
          {history ? 'Hide earlier flags' : 'Show earlier flags'}
        </Button>
      ) : null}
      {customer && history ? <History customerId={customer.id} /> : null}
      {dialogs.dialog}
    </Section>
  )
}

function FlagText({ flag }: { flag: Flag }) {
  return (
    <div className="note-text">
      <p className="row tight">
        <FlagBadge kind={flag.kind} />
        <span dir="auto">{flag.reason}</span>
      </p>
      {flag.notes ? (
        <p className="pre-line" dir="auto">
          {flag.notes}
        </p>
      ) : null}
      <p className="subtle small">
        {flag.raisedByName ?? 'Somebody'}, <RelativeTime at={flag.raisedAt} />
        {flag.expiresOn && !flag.removedAt ? `, until ${formatShortDate(flag.expiresOn)}` : ''}
      </p>
      {flag.removedAt ? (
        <p className="subtle small">
          {endOf(flag)} <RelativeTime at={flag.removedAt} />
          {flag.removalReason ? <span dir="auto">: {flag.removalReason}</span> : null}
        </p>
      ) : null}
    </div>
  )
}

function endOf({ removedByName, removalReason }: Flag): string {
  if (removedByName) return `Removed by ${removedByName}`
  return removalReason ? 'Removed' : 'Expired'
}

function History({ customerId }: { customerId: string }) {
  const { data, error, refetch } = useQuery(listCustomerFlagsOptions({ path: { id: customerId } }))
  if (!data) {
    return error ? (
      <ErrorState failure={asProblem(error)} onRetry={() => void refetch()} />
    ) : (
      <SkeletonLines lines={2} />
    )
  }
  const past = data.filter(({ removedAt }) => removedAt)
  if (past.length === 0) return <p className="muted">No flag was ever removed here.</p>
  return (
    <ul className="stack" aria-label="Earlier flags">
      {past.map((flag) => (
        <li key={flag.id}>
          <FlagText flag={flag} />
        </li>
      ))}
    </ul>
  )
}

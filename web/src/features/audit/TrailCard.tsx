import { useQuery, useQueryClient } from '@tanstack/react-query'
import { CircleDashed, ShieldAlert, ShieldCheck, ShieldQuestion } from 'lucide-react'
import {
  asProblem,
  readTrailOptions,
  readTrailQueryKey,
  verifyTrail,
  type TrailFinding,
  type TrailState,
  type TrailVerification,
} from '../../api'
import { useBlocked } from '../../components/permissions'
import { toastProblem } from '../../components/toast'
import { ActButton } from '../../ui/ActButton'
import { Badge } from '../../ui/Badge'
import { formatCount, formatDateTime, plural } from '../../ui/format'
import { useNow } from '../../ui/now'
import { Section } from '../../ui/Section'
import { SkeletonLines } from '../../ui/Skeleton'
import { Callout, ErrorState } from '../../ui/states'
import { anchorInWords, isStuck, outcomes } from './trail'

const POLL_MS = 500
const REFRESH_MS = 30_000

/** How far the trail is sealed and verified, and the button that verifies it. */
export function TrailCard() {
  const queryClient = useQueryClient()
  const blocked = useBlocked()
  const query = useQuery({
    ...readTrailOptions(),
    refetchInterval: ({ state: { data } }) => (data?.running ? POLL_MS : REFRESH_MS),
  })
  const trail = query.data

  const verify = async () => {
    try {
      await verifyTrail({ throwOnError: true })
    } catch (error) {
      toastProblem(error)
    } finally {
      void queryClient.invalidateQueries({ queryKey: readTrailQueryKey() })
    }
  }

  return (
    <Section
      title="Proof"
      actions={
        <ActButton
          size="sm"
          variant="outline"
          blocked={
            blocked('audit.verify') ??
            (trail?.running ? 'A verification is under way already.' : undefined)
          }
          onClick={() => void verify()}
        >
          <ShieldCheck aria-hidden="true" />
          Verify
        </ActButton>
      }
    >
      {trail ? (
        <Proof trail={trail} />
      ) : query.isError ? (
        <ErrorState failure={asProblem(query.error)} onRetry={() => void query.refetch()} />
      ) : (
        <SkeletonLines lines={2} />
      )}
    </Section>
  )
}

function Proof({ trail }: { trail: TrailState }) {
  return (
    <div className="stack tight">
      {trail.running ? <Progress run={trail.running} /> : null}
      {trail.last ? (
        <Last run={trail.last} />
      ) : trail.running ? null : (
        <p>Nobody has verified the trail from here yet.</p>
      )}
      <Sealed trail={trail} />
    </div>
  )
}

function Progress({ run: { done, total } }: { run: TrailVerification }) {
  return (
    <div className="stack tight">
      <p role="status">
        {total > 0
          ? `Verifying: ${formatCount(done)} of ${plural(total, 'seal')}`
          : 'Verifying: it begins in a moment'}
      </p>
      <progress aria-label="Verification" {...(total > 0 ? { max: total, value: done } : {})} />
    </div>
  )
}

const icons = {
  ok: ShieldCheck,
  broken: ShieldAlert,
  incomplete: ShieldQuestion,
  anchor_mismatch: ShieldAlert,
  failed: CircleDashed,
}

function Last({ run }: { run: TrailVerification }) {
  if (!run.outcome) return null
  const { word, tone, meaning } = outcomes[run.outcome]
  const when = formatDateTime(run.finishedAt ?? run.requestedAt)
  const upto = run.upto ? ` up to seal ${formatCount(run.upto)}` : ''
  return (
    <>
      <div className="row tight">
        <Badge tone={tone} icon={icons[run.outcome]} loud={tone === 'red'}>
          {word}
        </Badge>
        <span>
          Verified{upto} at {when}, asked for by {run.requestedByName}.
        </span>
      </div>
      <p>{meaning}</p>
      {run.findings.length > 0 ? <Findings run={run} /> : null}
    </>
  )
}

function Findings({ run }: { run: TrailVerification }) {
  return (
    <Callout tone={run.outcome === 'incomplete' ? 'warning' : 'error'}>
      <ul aria-label="What was found">
        {run.findings.map((finding, index) => (
          <li key={index}>{inWords(finding)}</li>
        ))}
      </ul>
      {run.more > 0 ? (
        <p>And {formatCount(run.more)} more. `hub audit verify` lists them.</p>
      ) : null}
    </Callout>
  )
}

function inWords({ number, row, what }: TrailFinding): string {
  const place = number === undefined || number === null ? '' : `Seal ${formatCount(number)}, `
  return `${place}${row}: ${what}`
}

function Sealed({ trail }: { trail: TrailState }) {
  const { head, signedAt, waiting } = trail
  const { words, stops } = anchorInWords[trail.anchor]
  const now = useNow().getTime()
  return (
    <>
      <p className="muted">
        {head && signedAt
          ? `Signed up to seal ${formatCount(head)} at ${formatDateTime(signedAt)}. `
          : 'Nothing is sealed yet. '}
        {waiting > 0 ? `${plural(waiting, 'event')} wait for a seal. ` : ''}
        {stops ? '' : words}
      </p>
      {stops ? <Callout tone="error">{words}</Callout> : null}
      {!stops && isStuck(trail, now) ? (
        <Callout tone="warning">
          Events have been waiting for their seal since {formatDateTime(trail.waitingSince ?? '')}.
          The server’s log says why.
        </Callout>
      ) : null}
    </>
  )
}

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { CircleCheck, CircleDashed, Eye, Power } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import {
  asProblem,
  readRetentionOptions,
  readRetentionQueryKey,
  startDryRun,
  switchRetention,
  type RetentionPage as Retention,
  type RetentionRule,
} from '../../api'
import { confirm } from '../../components/confirm'
import { useMe } from '../../components/me'
import { HelpLink } from '../../components/HelpLink'
import { Page } from '../../components/Page'
import { useBlocked } from '../../components/permissions'
import { toastDone, toastProblem } from '../../components/toast'
import { ActButton } from '../../ui/ActButton'
import { Badge } from '../../ui/Badge'
import { formatDate, formatDateTime, plural } from '../../ui/format'
import { Section } from '../../ui/Section'
import { SkeletonLines } from '../../ui/Skeleton'
import { Callout, ErrorState } from '../../ui/states'
import { inTotal, monthsInWords } from './words'

const loadPeriodDialog = () => import('./PeriodDialog')
const PeriodDialog = lazy(loadPeriodDialog)
const Proposals = lazy(() => import('./Proposals'))
const RunReport = lazy(() => import('./RunReport'))

const POLL_MS = 500
const REFRESH_MS = 30_000

/** How long what is kept about people is kept, and what goes when that time is over. */
export function RetentionPage() {
  const queryClient = useQueryClient()
  const query = useQuery({
    ...readRetentionOptions(),
    refetchInterval: ({ state: { data } }) => (data?.running ? POLL_MS : REFRESH_MS),
  })
  const mayErase = useMe().permissions.includes('erasure.read')
  const [editing, setEditing] = useState<RetentionRule>()
  const retention = query.data

  const act = async (call: () => Promise<unknown>, done?: string) => {
    try {
      await call()
      if (done) toastDone(done)
    } catch (error) {
      toastProblem(error)
    } finally {
      await queryClient.invalidateQueries({ queryKey: readRetentionQueryKey() })
    }
  }

  return (
    <Page title="Retention" heading="Retention" actions={<HelpLink topic="retention" />}>
      <p className="muted">
        How long what is kept about people is kept, and why. What is past its period goes at night;
        books, invoices and the audit trail stay as they are, and so does everything of a customer
        under a legal hold. Customers do not go by themselves: those whose time is over are proposed
        for erasure.
      </p>
      {retention ? (
        <>
          <Standing retention={retention} onAct={act} />
          {mayErase ? (
            <Suspense fallback={null}>
              <Proposals />
            </Suspense>
          ) : null}
          <Section title="Rules" flush>
            <ul className="card-list" aria-label="Rules">
              {retention.rules.map((rule) => (
                <li key={rule.name}>
                  <Rule rule={rule} onChange={() => setEditing(rule)} />
                </li>
              ))}
            </ul>
          </Section>
        </>
      ) : (
        <div className="card">
          {query.isError ? (
            <ErrorState failure={asProblem(query.error)} onRetry={() => void query.refetch()} />
          ) : (
            <div className="section-body">
              <SkeletonLines lines={8} />
            </div>
          )}
        </div>
      )}
      <Suspense fallback={null}>
        {editing ? <PeriodDialog rule={editing} onClose={() => setEditing(undefined)} /> : null}
      </Suspense>
    </Page>
  )
}

interface StandingProps {
  retention: Retention
  onAct: (call: () => Promise<unknown>, done?: string) => Promise<void>
}

function Standing({ retention, onAct }: StandingProps) {
  const blocked = useBlocked()
  const { isOn, running, last, lastDry } = retention

  const turn = async () => {
    const agreed = await confirm(
      isOn
        ? {
            title: 'Switch retention off?',
            body: 'Nothing goes any more, however old it is, until it is switched on again.',
            act: 'Switch off',
          }
        : {
            title: 'Switch retention on?',
            body: `From the next run on, what is past its period goes every night: ${lastDry ? plural(inTotal(lastDry, retention.rules, false), 'record') : 'what the dry run found'} at first. Nothing brings it back.`,
            act: 'Switch on',
            destructive: true,
          },
    )
    if (agreed)
      await onAct(
        () => switchRetention({ body: { isOn: !isOn }, throwOnError: true }),
        isOn ? 'Switched off' : 'Switched on',
      )
  }

  return (
    <Section
      title="How it stands"
      actions={
        <>
          <ActButton
            size="sm"
            variant="outline"
            blocked={
              blocked('retention.manage') ?? (running ? 'A run is under way already.' : undefined)
            }
            onClick={() => void onAct(() => startDryRun({ throwOnError: true }))}
          >
            <Eye aria-hidden="true" />
            Dry run
          </ActButton>
          <ActButton
            size="sm"
            variant="outline"
            blocked={
              blocked('retention.manage') ??
              (isOn || lastDry ? undefined : 'First have a dry run say what would go.')
            }
            onClick={() => void turn()}
          >
            <Power aria-hidden="true" />
            {isOn ? 'Switch off' : 'Switch on'}
          </ActButton>
        </>
      }
    >
      <div className="stack">
        <div className="row tight">
          <Badge tone={isOn ? 'green' : 'amber'} icon={isOn ? CircleCheck : CircleDashed}>
            {isOn ? 'On' : 'Off'}
          </Badge>
          <span>
            {retention.changedAt
              ? `Since ${formatDateTime(retention.changedAt)}, by ${retention.changedByName ?? 'somebody'}.`
              : 'Nobody has switched it on yet.'}{' '}
            {isOn && retention.nextRunAt
              ? `Next run: ${formatDateTime(retention.nextRunAt)}.`
              : null}
          </span>
        </div>
        {running ? (
          <p role="status">
            {running.dry ? 'Looking at what would go' : 'Carrying out'}:{' '}
            {plural(running.report.filter(({ finished }) => finished).length, 'rule')} of{' '}
            {retention.rules.length} done
          </p>
        ) : null}
        {isOn ? null : (
          <Callout tone="info">
            Everything is kept, however old it is. Have a dry run say what would go, look at it, and
            switch it on.
          </Callout>
        )}
        <Suspense fallback={<SkeletonLines lines={3} />}>
          {lastDry ? <RunReport run={lastDry} rules={retention.rules} /> : null}
          {last ? <RunReport run={last} rules={retention.rules} /> : null}
        </Suspense>
      </div>
    </Section>
  )
}

function Rule({ rule, onChange }: { rule: RetentionRule; onChange: () => void }) {
  const blocked = useBlocked()
  return (
    <div className="stack tight">
      <div className="row between">
        <strong>{rule.title}</strong>
        <span className="row tight">
          <span className="nowrap">{monthsInWords(rule.months)}</span>
          <ActButton
            size="xs"
            variant="outline"
            aria-label={`Change the period of ${rule.title}`}
            blocked={blocked('retention.manage')}
            onPointerEnter={() => void loadPeriodDialog()}
            onClick={onChange}
          >
            Change
          </ActButton>
        </span>
      </div>
      <p>{rule.what}</p>
      <p className="small subtle">
        Counted from {rule.since}. {rule.why}
        {rule.updatedAt
          ? ` Set by ${rule.updatedByName ?? 'somebody'}, ${formatDate(rule.updatedAt)}; ${monthsInWords(rule.defaultMonths)} unless set.`
          : ''}
      </p>
    </div>
  )
}

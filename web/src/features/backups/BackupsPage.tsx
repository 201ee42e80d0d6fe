import { useQuery, useQueryClient } from '@tanstack/react-query'
import { CircleCheck, CircleDashed, CircleX, DatabaseBackup, ShieldCheck } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import {
  asProblem,
  readBackupsOptions,
  readBackupsQueryKey,
  startBackup,
  startDrill,
  type Backup,
  type BackupsPage as Backups,
  type Drill,
  type Reach,
} from '../../api'
import { HelpLink } from '../../components/HelpLink'
import { Page } from '../../components/Page'
import { useBlocked } from '../../components/permissions'
import { QueryTable, type Column } from '../../components/QueryTable'
import { toastProblem } from '../../components/toast'
import { ActButton } from '../../ui/ActButton'
import { Badge } from '../../ui/Badge'
import { formatCount, formatDateTime, formatRelative, formatSize, plural } from '../../ui/format'
import { Section } from '../../ui/Section'
import { SkeletonLines } from '../../ui/Skeleton'
import { Callout, EmptyState, ErrorState } from '../../ui/states'
import { useNow } from '../../ui/now'

const loadAcceptDialog = () => import('./AcceptDialog')
const AcceptDialog = lazy(loadAcceptDialog)

const POLL_MS = 1_000
const REFRESH_MS = 60_000

/** Which copies of the database there are, and whether they are proved to be good. */
export function BackupsPage() {
  const query = useQuery({
    ...readBackupsOptions(),
    refetchInterval: ({ state: { data } }) =>
      data?.backupWaits || data?.drillWaits ? POLL_MS : REFRESH_MS,
  })
  const [accepting, setAccepting] = useState(false)
  const page = query.data

  return (
    <Page title="Backups" heading="Backups" actions={<HelpLink topic="backups" />}>
      {page ? (
        <>
          {page.fence ? <FenceSection page={page} onAccept={() => setAccepting(true)} /> : null}
          {page.reach ? <ReachSection reach={page.reach} /> : null}
          <Copies page={page} />
          <Drills page={page} />
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
        {accepting ? <AcceptDialog onClose={() => setAccepting(false)} /> : null}
      </Suspense>
    </Page>
  )
}

function FenceSection({ page, onAccept }: { page: Backups; onAccept: () => void }) {
  const blocked = useBlocked()
  const { fence } = page
  if (!fence) return null
  return (
    <Section
      title="This database was restored"
      actions={
        <ActButton
          size="sm"
          blocked={blocked('fence.accept')}
          onPointerEnter={() => void loadAcceptDialog()}
          onClick={onAccept}
        >
          Accept…
        </ActButton>
      }
    >
      <Callout tone="warning">
        <p>
          It shows the state of {formatDateTime(fence.takenAt)} and was restored on{' '}
          {formatDateTime(fence.restoredAt)}. What was done between the two is not in it, but mail
          and refunds of that time may have left already. So none leave until somebody accepts it.
        </p>
        <p>
          {plural(fence.mails, 'mail')} and {plural(fence.refunds, 'refund')} wait.
        </p>
      </Callout>
    </Section>
  )
}

/** To which instants the database can be brought back. */
function ReachSection({ reach }: { reach: Reach }) {
  const now = useNow()
  const { from, until, failingSince, failure } = reach
  return (
    <Section title="Back to an instant">
      {from && until ? (
        <p>
          The database can be brought back to any instant from {formatDateTime(from)} to{' '}
          {formatDateTime(until)}, {formatRelative(until, now)}.
        </p>
      ) : (
        <p role="status">
          {until
            ? `The log has a gap after ${formatDateTime(until)}: what was done since can be reached once a base was made. `
            : 'Its log is archived; the first base, which it is replayed on, is still to be made. '}
          A base is made within the hour, or with <code>hub backup create --base</code>.
        </p>
      )}
      {failingSince ? (
        <Callout tone="warning">
          Nothing was archived since {formatDateTime(failingSince)}: {failure}
        </Callout>
      ) : null}
    </Section>
  )
}

function useStart(call: () => Promise<unknown>) {
  const queryClient = useQueryClient()
  return async () => {
    try {
      await call()
    } catch (error) {
      toastProblem(error)
    } finally {
      await queryClient.invalidateQueries({ queryKey: readBackupsQueryKey() })
    }
  }
}

const noPlace =
  'No place for backups is set. An administrator can set backup_folder or backup_bucket.'

const backupStates = {
  done: { label: 'Made', tone: 'green', icon: CircleCheck },
  running: { label: 'Being made', tone: 'blue', icon: CircleDashed },
  failed: { label: 'Failed', tone: 'red', icon: CircleX },
  pruned: { label: 'Removed by age', tone: 'gray', icon: CircleDashed },
} as const

const fileName = (path: string) => path.slice(path.lastIndexOf('/') + 1)

const backupColumns: readonly Column<Backup>[] = [
  {
    id: 'at',
    header: 'Begun',
    className: 'nowrap',
    cell: ({ startedAt }) => formatDateTime(startedAt),
  },
  {
    id: 'state',
    header: 'State',
    cell: ({ state }) => <Badge {...backupStates[state]}>{backupStates[state].label}</Badge>,
  },
  {
    id: 'file',
    header: 'File',
    cell: ({ file, failure }) =>
      failure ? <span>{failure}</span> : <span title={file}>{fileName(file)}</span>,
  },
  {
    id: 'customers',
    header: 'Customers',
    className: 'number',
    cell: ({ customers }) => (customers == null ? '' : formatCount(customers)),
  },
  {
    id: 'size',
    header: 'Size',
    className: 'number',
    cell: ({ bytes }) => (bytes == null ? '' : formatSize(bytes)),
  },
]

function Copies({ page }: { page: Backups }) {
  const blocked = useBlocked()
  const start = useStart(() => startBackup({ throwOnError: true }))
  return (
    <Section
      title="Copies"
      flush
      actions={
        <ActButton
          size="sm"
          variant="outline"
          blocked={
            blocked('backup.manage') ??
            (page.place ? undefined : noPlace) ??
            (page.backupWaits ? 'One is being made already.' : undefined)
          }
          onClick={() => void start()}
        >
          <DatabaseBackup aria-hidden="true" />
          Make one now
        </ActButton>
      }
    >
      <div className="section-body stack tight">
        {page.place ? (
          <p className="muted">
            One every night into <code>{page.place}</code>, encrypted; kept{' '}
            {plural(page.keepDays, 'day')}, the newest three always.
            {page.nextBackupAt ? ` The next one: ${formatDateTime(page.nextBackupAt)}.` : ''}
          </p>
        ) : (
          <Callout tone="warning">
            <p>
              No copies are made: the settings <code>backup_folder</code> and{' '}
              <code>backup_bucket</code> are empty. When the disk of the database is lost,
              everything is.
            </p>
          </Callout>
        )}
        {page.backupWaits ? <p role="status">A copy is being made.</p> : null}
      </div>
      {page.backups.length > 0 ? (
        <QueryTable
          label="Copies"
          columns={backupColumns}
          rows={page.backups}
          rowKey={({ id }) => id}
          card={({ startedAt, state, failure, bytes, customers }) => (
            <>
              <div className="row between">
                <span>{formatDateTime(startedAt)}</span>
                <Badge {...backupStates[state]}>{backupStates[state].label}</Badge>
              </div>
              <p className="muted">
                {failure ??
                  [
                    bytes == null ? undefined : formatSize(bytes),
                    customers == null ? undefined : plural(customers, 'customer'),
                  ]
                    .filter(Boolean)
                    .join(', ')}
              </p>
            </>
          )}
        />
      ) : (
        <EmptyState icon={DatabaseBackup} title="No copy yet">
          {page.place
            ? 'The first one is made tonight, or now.'
            : 'Copies need a folder or a bucket to go to.'}
        </EmptyState>
      )}
    </Section>
  )
}

const drillStates = {
  passed: { label: 'Passed', tone: 'green', icon: CircleCheck },
  running: { label: 'Under way', tone: 'blue', icon: CircleDashed },
  failed: { label: 'Did not pass', tone: 'red', icon: CircleX },
} as const

function Drills({ page }: { page: Backups }) {
  const blocked = useBlocked()
  const start = useStart(() => startDrill({ throwOnError: true }))
  const made = page.backups.some(({ state }) => state === 'done')
  return (
    <Section
      title="Drills"
      flush
      actions={
        <ActButton
          size="sm"
          variant="outline"
          blocked={
            blocked('backup.manage') ??
            (page.place ? undefined : noPlace) ??
            (made ? undefined : 'There is no copy yet that could be proved.') ??
            (page.drillWaits ? 'One is under way already.' : undefined)
          }
          onClick={() => void start()}
        >
          <ShieldCheck aria-hidden="true" />
          Prove the newest
        </ActButton>
      }
    >
      <div className="section-body stack tight">
        <p className="muted">
          The newest copy is restored beside the living database, every figure recomputed, the audit
          trail verified, and all of it thrown away again.
          {page.nextDrillAt ? ` Next: ${formatDateTime(page.nextDrillAt)}.` : ''}
        </p>
        {page.drillWaits ? <p role="status">A copy is being proved.</p> : null}
      </div>
      {page.drills.length > 0 ? (
        <ul className="card-list" aria-label="Drills">
          {page.drills.map((drill) => (
            <li key={drill.id}>
              <OneDrill drill={drill} />
            </li>
          ))}
        </ul>
      ) : (
        <EmptyState icon={ShieldCheck} title="No drill yet">
          A copy that nobody has restored is a hope. The first drill follows the first copy.
        </EmptyState>
      )}
    </Section>
  )
}

function OneDrill({ drill }: { drill: Drill }) {
  const { label, tone, icon } = drillStates[drill.state]
  return (
    <div className="stack tight">
      <div className="row between">
        <span>{formatDateTime(drill.startedAt)}</span>
        <Badge tone={tone} icon={icon}>
          {label}
        </Badge>
      </div>
      <p className="muted">{fileName(drill.file)}</p>
      {drill.findings.length > 0 ? (
        <ul className="small">
          {drill.findings.map((finding) => (
            <li key={finding}>{finding}</li>
          ))}
        </ul>
      ) : null}
    </div>
  )
}

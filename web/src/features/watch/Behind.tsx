import { Link } from '@tanstack/react-router'
import type { JobCounts, SystemState } from '../../api'
import { QueryTable, type Column } from '../../components/QueryTable'
import { formatCount, formatSize, plural } from '../../ui/format'
import { jobInWords } from '../../ui/job-kinds'
import { Facts, Section } from '../../ui/Section'
import { inWords } from './words'

const sum = (jobs: JobCounts[], of: (counts: JobCounts) => number) =>
  jobs.reduce((all, counts) => all + of(counts), 0)

/** What is done behind the requests: jobs, mail, seals and copies. */
export function Behind({ system }: { system: SystemState }) {
  const { jobs } = system
  const dead = sum(jobs, (counts) => counts.dead)
  return (
    <Section title="Behind the requests" flush>
      <div className="section-body">
        <Facts
          facts={[
            [
              'Jobs',
              <>
                {formatCount(sum(jobs, (counts) => counts.ready))} wait
                {system.jobsOldestS > 0
                  ? `, the oldest due for ${inWords(system.jobsOldestS)}`
                  : ''}
                ; {formatCount(sum(jobs, (counts) => counts.running))} run;{' '}
                <Link to="/admin/dead-jobs" className="text-link">
                  {plural(dead, 'dead job')}
                </Link>
              </>,
            ],
            [
              'Mail',
              `${formatCount(system.mailsQueued)} in the queue${
                system.mailsOldestS > 0 ? `, the oldest for ${inWords(system.mailsOldestS)}` : ''
              }; ${formatCount(system.mailsFailed)} given up`,
            ],
            [
              'Audit trail',
              system.unsealed === 0
                ? `All sealed, ${plural(system.seals, 'seal')}`
                : `${formatCount(system.unsealed)} not sealed yet, the oldest for ${inWords(system.unsealedOldestS)}`,
            ],
            [
              'Copies',
              <>
                {system.backupAgeS == null
                  ? 'None was made'
                  : `The last good one is ${inWords(system.backupAgeS)} old`}
                {system.logArchiveAgeS == null
                  ? ''
                  : `; the log reaches until ${inWords(system.logArchiveAgeS)} ago`}
                {system.drillAgeS == null
                  ? '; none was proved'
                  : `; proved within ${inWords(system.drillAgeS)}`}
                {system.drillFailed ? '; the last drill did not pass' : ''}.{' '}
                <Link to="/admin/backups" className="text-link">
                  Backups
                </Link>
              </>,
            ],
            [
              'Database',
              `PostgreSQL ${system.postgres}, ${formatSize(system.databaseBytes)}, ${formatCount(system.databaseConnections)} of ${formatCount(system.databaseConnectionsMax)} connections`,
            ],
            [
              'Release',
              `${system.version}, ${
                system.migrationsMissing === 0
                  ? `migrated to ${system.migration}`
                  : `${plural(system.migrationsMissing, 'migration')} missing up to ${system.migration}`
              }`,
            ],
            ['Fence', system.fenced ? 'Closed: no mail and no refund leaves' : undefined],
          ]}
        />
      </div>
      {jobs.length > 0 ? (
        <QueryTable
          label="Jobs by kind"
          columns={columns}
          rows={jobs}
          rowKey={({ kind }) => kind}
          card={(counts) => (
            <>
              <strong>{jobInWords(counts.kind)}</strong>
              <p className="muted">
                {formatCount(counts.ready)} wait, {formatCount(counts.retrying)} of them again;{' '}
                {formatCount(counts.running)} run; {formatCount(counts.dead)} dead
              </p>
            </>
          )}
        />
      ) : null}
    </Section>
  )
}

const number = (
  id: string,
  header: string,
  of: (counts: JobCounts) => number,
): Column<JobCounts> => ({
  id,
  header,
  className: 'number',
  cell: (counts) => formatCount(of(counts)),
})

const columns: Column<JobCounts>[] = [
  { id: 'kind', header: 'Job', cell: ({ kind }) => <span title={kind}>{jobInWords(kind)}</span> },
  number('ready', 'Wait', ({ ready }) => ready),
  number('retrying', 'Of them again', ({ retrying }) => retrying),
  number('running', 'Run', ({ running }) => running),
  number('dead', 'Dead', ({ dead }) => dead),
]

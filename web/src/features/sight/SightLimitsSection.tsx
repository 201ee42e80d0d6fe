import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { asProblem, listSightLimitsOptions, type SightLimits } from '../../api'
import { roleInWords, useBlocked } from '../../components/permissions'
import { QueryTable, type Column } from '../../components/QueryTable'
import { ActButton } from '../../ui/ActButton'
import { formatCount } from '../../ui/format'
import { Section } from '../../ui/Section'
import { ErrorState } from '../../ui/states'

const SightLimitsDialog = lazy(() => import('./SightLimitsDialog'))

/** How much a person of each role reads in a day. */
export function SightLimitsSection() {
  const query = useQuery(listSightLimitsOptions())
  const [editing, setEditing] = useState<SightLimits>()
  return (
    <Section title="Reading">
      <p className="muted">
        How many customers one person of a role looks at in a day. At the alarm superadmins get a
        mail; after the stop nothing more is shown until midnight. Roles that do their work without
        contact details reveal them for a reason.
      </p>
      {query.isError && !query.data ? (
        <ErrorState failure={asProblem(query.error)} onRetry={() => void query.refetch()} />
      ) : (
        <QueryTable
          label="Reading"
          columns={[
            ...columns,
            {
              id: 'change',
              header: <span className="visually-hidden">Actions</span>,
              className: 'narrow',
              cell: (limits) => <Change limits={limits} onChange={setEditing} />,
            },
          ]}
          rows={query.data}
          rowKey={({ role }) => role}
          card={(limits) => (
            <>
              <div className="row between">
                <span>{roleInWords(limits.role)}</span>
                <Change limits={limits} onChange={setEditing} />
              </div>
              <p className="muted">
                Alarm at {bound(limits.alarm)}, stop after {bound(limits.stop)},{' '}
                {limits.hidden ? `${reveals(limits)} reveals a day` : 'sees contact details'}
              </p>
            </>
          )}
          skeletonRows={6}
        />
      )}
      <Suspense fallback={null}>
        {editing ? (
          <SightLimitsDialog limits={editing} onClose={() => setEditing(undefined)} />
        ) : null}
      </Suspense>
    </Section>
  )
}

const bound = (count: number | null | undefined) =>
  count === null || count === undefined ? 'no number' : formatCount(count)

const reveals = ({ reveals: count }: SightLimits) =>
  count === null || count === undefined ? 'any number of' : formatCount(count)

const columns: readonly Column<SightLimits>[] = [
  { id: 'role', header: 'Role', className: 'nowrap', cell: ({ role }) => roleInWords(role) },
  {
    id: 'hidden',
    header: 'Contact details',
    cell: ({ hidden }) => (hidden ? 'Hidden' : 'Shown'),
  },
  {
    id: 'reveals',
    header: 'Reveals a day',
    className: 'number',
    cell: ({ hidden, reveals: count }) =>
      hidden ? <Bound count={count} /> : <span className="subtle">not needed</span>,
  },
  {
    id: 'alarm',
    header: 'Alarm at',
    className: 'number',
    cell: ({ alarm }) => <Bound count={alarm} />,
  },
  {
    id: 'stop',
    header: 'Stop after',
    className: 'number',
    cell: ({ stop }) => <Bound count={stop} />,
  },
]

function Bound({ count }: { count: number | null | undefined }) {
  return count === null || count === undefined ? (
    <span className="subtle">none</span>
  ) : (
    formatCount(count)
  )
}

function Change({
  limits,
  onChange,
}: {
  limits: SightLimits
  onChange: (limits: SightLimits) => void
}) {
  const blocked = useBlocked()
  return (
    <ActButton
      size="xs"
      variant="outline"
      aria-label={`Change reading, ${roleInWords(limits.role)}`}
      blocked={blocked('limit.manage')}
      onClick={() => onChange(limits)}
    >
      Change
    </ActButton>
  )
}

import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState, type ReactNode } from 'react'
import { asProblem, listLimitsOptions, type Limits } from '../../api'
import { HelpLink } from '../../components/HelpLink'
import { Page } from '../../components/Page'
import { roleInWords, useBlocked } from '../../components/permissions'
import { QueryTable, type Column } from '../../components/QueryTable'
import { ActButton } from '../../ui/ActButton'
import { Money } from '../../ui/Money'
import { Section } from '../../ui/Section'
import { ErrorState } from '../../ui/states'
import { Reasons } from './Reasons'
import { acts } from './words'

const LimitsDialog = lazy(() => import('./dialogs/LimitsDialog'))

/** What each role may do without asking, and below it other bounds of roles. */
export function LimitsPage({ children }: { children: ReactNode }) {
  const query = useQuery(listLimitsOptions())
  const [editing, setEditing] = useState<Limits>()
  return (
    <Page title="Ceilings" heading="Ceilings" actions={<HelpLink topic="ceilings" />}>
      <p className="muted">
        What each role may do without asking. Above a ceiling an act becomes a request that somebody
        else decides about.
      </p>
      <div className="card">
        {query.isError && !query.data ? (
          <ErrorState failure={asProblem(query.error)} onRetry={() => void query.refetch()} />
        ) : (
          <QueryTable
            label="Ceilings"
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
            rowKey={({ role, act }) => `${role} ${act}`}
            card={(limits) => (
              <>
                <div className="row between">
                  <span>{nameOf(limits)}</span>
                  <Change limits={limits} onChange={setEditing} />
                </div>
                <p className="muted">
                  <Ceiling pence={limits.perAct} /> per act,{' '}
                  <Ceiling pence={limits.perCustomer90Days} /> per customer in 90 days,{' '}
                  <Ceiling pence={limits.perPersonDay} /> per person and day
                </p>
              </>
            )}
            skeletonRows={8}
          />
        )}
      </div>
      <Section title="Refund reasons" flush>
        <Reasons />
      </Section>
      {children}
      <Suspense fallback={null}>
        {editing ? <LimitsDialog limits={editing} onClose={() => setEditing(undefined)} /> : null}
      </Suspense>
    </Page>
  )
}

const nameOf = ({ role, act }: Limits) => `${acts[act]}, ${roleInWords(role)}`

function Ceiling({ pence }: { pence: number | null | undefined }) {
  return pence === null || pence === undefined ? (
    <span className="subtle">no ceiling</span>
  ) : (
    <Money pence={pence} />
  )
}

const columns: readonly Column<Limits>[] = [
  { id: 'act', header: 'Act', className: 'nowrap', cell: ({ act }) => acts[act] },
  { id: 'role', header: 'Role', className: 'nowrap', cell: ({ role }) => roleInWords(role) },
  {
    id: 'perAct',
    header: 'Per act',
    className: 'number',
    cell: ({ perAct }) => <Ceiling pence={perAct} />,
  },
  {
    id: 'perCustomer',
    header: 'Per customer in 90 days',
    className: 'number',
    cell: ({ perCustomer90Days }) => <Ceiling pence={perCustomer90Days} />,
  },
  {
    id: 'perPerson',
    header: 'Per person and day',
    className: 'number',
    cell: ({ perPersonDay }) => <Ceiling pence={perPersonDay} />,
  },
]

function Change({ limits, onChange }: { limits: Limits; onChange: (limits: Limits) => void }) {
  const blocked = useBlocked()
  return (
    <ActButton
      size="xs"
      variant="outline"
      aria-label={`Change ${nameOf(limits)}`}
      blocked={blocked('limit.manage')}
      onClick={() => onChange(limits)}
    >
      Change
    </ActButton>
  )
}

import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { SearchX } from 'lucide-react'
import type { ReactNode } from 'react'
import { asProblem, readDataRequestOptions, type DataRequestCase } from '../../api'
import { Page } from '../../components/Page'
import { formatDate, formatDateTime, formatShortDate } from '../../ui/format'
import { Facts, Section } from '../../ui/Section'
import { SkeletonLines } from '../../ui/Skeleton'
import { EmptyState, ErrorState } from '../../ui/states'
import { DueBadge, StateBadge, stateInWords } from './badges'
import { ClockSection } from './ClockSection'
import { DeliveredCopies, ScopeSection } from './CopySections'
import { RequestActs } from './RequestActs'
import { RequestedErasure } from './RequestedErasure'
import './requests.css'
import { channels, grounds, kinds, methods, nations, numberOf, ways, whoAsks } from './words'

/** One case: what was asked, why the answer is due when it is, and what comes next. */
export function RequestPage({ requestId }: { requestId: string }) {
  const query = useQuery(readDataRequestOptions({ path: { id: requestId } }))
  const { data: request } = query
  if (query.isError && !request) {
    const problem = asProblem(query.error)
    return (
      <Page title="Data request" heading="Data request">
        {problem.status === 404 || problem.status === 400 ? (
          <EmptyState
            icon={SearchX}
            title="There is no such data request"
            actions={
              <Link to="/admin/data-requests" className="text-link">
                Go to data requests
              </Link>
            }
          >
            The link may be incomplete. Data requests are never deleted.
          </EmptyState>
        ) : (
          <ErrorState failure={problem} onRetry={() => void query.refetch()} />
        )}
      </Page>
    )
  }
  const title = request ? `${kinds[request.kind]} request ${numberOf(request)}` : 'Data request'
  return (
    <Page
      title={title}
      heading={
        <span className="row">
          {title}
          {request ? <StateBadge state={request.state} /> : null}
          {request ? <DueBadge request={request} /> : null}
        </span>
      }
      actions={request ? <HeadActs request={request} /> : null}
    >
      <Section title="What was asked">
        {request ? <Asked request={request} /> : <SkeletonLines lines={6} />}
      </Section>
      <ClockSection request={request} />
      {request ? <Progress request={request} /> : null}
      {request ? <ScopeSection request={request} /> : null}
      {request && (request.proposal || request.reviewWord || request.outcome) ? (
        <Section title="Answer">
          <Answer request={request} />
        </Section>
      ) : null}
      {request ? <DeliveredCopies request={request} /> : null}
      {request ? <RequestedErasure request={request} /> : null}
      <Section title="Steps" flush>
        {request ? <Steps request={request} /> : <SkeletonLines lines={3} />}
      </Section>
    </Page>
  )
}

/** What comes next; of a closed request, what shows that it was answered. */
function HeadActs({ request }: { request: DataRequestCase }) {
  if (request.state !== 'closed') return <RequestActs request={request} />
  return (
    <a
      href={`/api/admin/data-requests/${request.id}/certificate`}
      className="text-link"
      target="_blank"
      rel="noreferrer"
    >
      Certificate (PDF)
    </a>
  )
}

const text = (value: string | null | undefined): ReactNode =>
  value ? (
    <span className="pre-line" dir="auto">
      {value}
    </span>
  ) : undefined

const day = (value: string | null | undefined) => (value ? formatDate(value) : undefined)

function Asked({ request }: { request: DataRequestCase }) {
  return (
    <Facts
      facts={[
        ['Who asks', <Asker key="who" request={request} />],
        ['They call themselves', request.customerId ? text(request.requester) : undefined],
        ['In their words', text(request.asked)],
        [
          'Received',
          `${formatDate(request.receivedOn)}, ${channels[request.channel].toLowerCase()}`,
        ],
        ['Bank holidays of', nations[request.nation]],
        ['Handled by', request.handlerName],
      ]}
    />
  )
}

function Asker({ request }: { request: DataRequestCase }) {
  if (!request.customerId) {
    return (
      <span>
        <span dir="auto">{whoAsks(request)}</span> <span className="muted">(not found yet)</span>
      </span>
    )
  }
  return (
    <Link
      to="/admin/customers/$customerId"
      params={{ customerId: request.customerId }}
      className="text-link"
      dir="auto"
    >
      {request.customerName}
    </Link>
  )
}

function Progress({ request }: { request: DataRequestCase }) {
  const nothing =
    !request.identityAskedOn &&
    !request.identityConfirmedOn &&
    !request.acknowledgedOn &&
    !request.extendedOn &&
    request.pauses.length === 0
  if (nothing) return null
  return (
    <Section title="Identity and questions">
      <Facts
        facts={[
          ['Acknowledged', day(request.acknowledgedOn)],
          ['Proof asked for', day(request.identityAskedOn)],
          ['Identity confirmed', day(request.identityConfirmedOn)],
          ['How', request.identityMethod ? methods[request.identityMethod] : undefined],
          ['Note', text(request.identityNote)],
          ['Extended on', day(request.extendedOn)],
          ['Because', text(request.extensionReason)],
          ...request.pauses.map(
            ({ from, until, question, answer }, at) =>
              [
                `Question ${at + 1}`,
                <span key={from} className="stack tight">
                  {text(question)}
                  <span className="muted small">
                    {formatShortDate(from)}{' '}
                    {until ? `to ${formatShortDate(until)}` : ', no answer yet'}
                  </span>
                  {text(answer)}
                </span>,
              ] as const,
          ),
        ]}
      />
    </Section>
  )
}

function Answer({ request }: { request: DataRequestCase }) {
  const refusal = request.grounds.find(({ ground }) => ground === request.ground)
  return (
    <Facts
      facts={[
        [
          'Proposed',
          request.proposal === 'refuse'
            ? 'To refuse'
            : request.proposal
              ? 'To do what was asked'
              : undefined,
        ],
        [
          'Ground',
          request.ground
            ? `${grounds[request.ground]}${refusal ? ` (${refusal.source})` : ''}`
            : undefined,
        ],
        ['What was done', text(request.done)],
        ['What is withheld', text(request.withheld)],
        [
          'Prepared by',
          request.preparedByName && request.preparedAt
            ? `${request.preparedByName}, ${formatDateTime(request.preparedAt)}`
            : undefined,
        ],
        [
          'Approved by',
          request.reviewedByName && request.reviewedAt
            ? `${request.reviewedByName}, ${formatDateTime(request.reviewedAt)}`
            : undefined,
        ],
        ['Reviewer’s word', text(request.reviewWord)],
        ['Outcome', request.outcome ? stateInWords(request.outcome) : undefined],
        [request.outcome === 'withdrawn' ? 'Withdrawn on' : 'Answered on', day(request.answeredOn)],
        ['How', request.answeredVia ? ways[request.answeredVia] : undefined],
        ['Note', text(request.outcomeNote)],
        [
          'Told of the right to complain',
          request.answeredVia ? (request.rightsTold ? 'Yes' : 'No') : undefined,
        ],
      ]}
    />
  )
}

function Steps({ request }: { request: DataRequestCase }) {
  return (
    <ol className="timeline">
      {request.steps.map(({ at, state, byName }) => (
        <li key={at + state} className="request-step">
          <StateBadge state={state} />
          <span className="subtle small">{byName ? `by ${byName}` : 'by itself'}</span>
          <time dateTime={at} className="muted">
            {formatDateTime(at)}
          </time>
        </li>
      ))}
    </ol>
  )
}

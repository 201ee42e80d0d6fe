import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { SearchX } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import {
  asProblem,
  isRecord,
  listRefundReasonsOptions,
  readApprovalOptions,
  withdrawRequest,
  type Approval,
} from '../../api'
import { Page } from '../../components/Page'
import { destinationInWords } from '../../components/refunds'
import { refreshMoney } from '../../components/refresh-customer'
import { toastDone, toastProblem } from '../../components/toast'
import { ActButton } from '../../ui/ActButton'
import { formatDateTime, formatMoney, formatShortDate } from '../../ui/format'
import { Money } from '../../ui/Money'
import { Facts, Section } from '../../ui/Section'
import { SkeletonLines } from '../../ui/Skeleton'
import { EmptyState, ErrorState } from '../../ui/states'
import { ApprovalBadge } from './ApprovalBadge'
import { PolicyTable } from './PolicyTable'
import { acts, creditReasons } from './words'

const DecisionDialog = lazy(() => import('./dialogs/DecisionDialog'))

/** One request with everything a decision needs. */
export function ApprovalPage({ approvalId }: { approvalId: string }) {
  const query = useQuery(readApprovalOptions({ path: { id: approvalId } }))
  const { data: approval } = query
  const title = approval ? `${acts[approval.act]} of ${formatMoney(approval.amount)}` : 'Request'
  if (query.isError && !approval) {
    const problem = asProblem(query.error)
    return (
      <Page title="Request" heading="Request">
        {problem.status === 404 || problem.status === 400 ? (
          <EmptyState icon={SearchX} title="There is no such request">
            The link may be incomplete.
          </EmptyState>
        ) : (
          <ErrorState failure={problem} onRetry={() => void query.refetch()} />
        )}
      </Page>
    )
  }
  return (
    <Page
      title={title}
      heading={
        <span className="row">
          {title}
          {approval ? <ApprovalBadge state={approval.state} /> : null}
        </span>
      }
      actions={approval ? <Acts approval={approval} /> : null}
    >
      <Section title="What was asked for">
        {approval ? <Asked approval={approval} /> : <SkeletonLines lines={6} />}
      </Section>
      <Section title="Why it waits for somebody else" flush>
        {approval ? (
          <PolicyTable policy={approval.policy} amount={approval.amount} />
        ) : (
          <div className="section-body">
            <SkeletonLines lines={3} />
          </div>
        )}
      </Section>
      {approval?.decidedAt ? (
        <Section title="Decision">
          <Facts
            facts={[
              ['Outcome', <ApprovalBadge key="outcome" state={approval.state} />],
              ['By', approval.decidedByName],
              ['When', formatDateTime(approval.decidedAt)],
              ['Word', approval.word ? <span dir="auto">{approval.word}</span> : undefined],
            ]}
          />
        </Section>
      ) : null}
    </Page>
  )
}

function Asked({ approval }: { approval: Approval }) {
  const { data: reasons } = useQuery(listRefundReasonsOptions())
  const asked = isRecord(approval.request) ? approval.request : {}
  const text = (name: string) => {
    const value = asked[name]
    return typeof value === 'string' && value !== '' ? value : undefined
  }
  const reason = text('reason')
  const expiresOn = text('expiresOn')
  const destination = text('destination')
  return (
    <Facts
      facts={[
        ['Act', acts[approval.act]],
        ['Amount', <Money key="amount" pence={approval.amount} />],
        [
          'Customer',
          <Link
            key="customer"
            to="/admin/customers/$customerId/money"
            params={{ customerId: approval.customerId }}
            className="text-link"
            dir="auto"
          >
            {approval.customerName}
          </Link>,
        ],
        [
          'Booking',
          approval.bookingId ? (
            <Link
              to="/admin/customers/$customerId/bookings"
              params={{ customerId: approval.customerId }}
              search={{ booking: approval.bookingId }}
              className="text-link"
            >
              {approval.bookingReference ?? 'Booking'}
            </Link>
          ) : undefined,
        ],
        [
          'Reason',
          reasons?.find(({ code }) => code === reason)?.title ??
            (reason && reason in creditReasons
              ? creditReasons[reason as keyof typeof creditReasons]
              : reason),
        ],
        ['Notes', text('notes') ? <span dir="auto">{text('notes')}</span> : undefined],
        [
          'Goes to',
          destination
            ? destinationInWords(destination === 'store_credit' ? 'store_credit' : 'original')
            : undefined,
        ],
        ['Last day', expiresOn ? formatShortDate(expiresOn) : undefined],
        ['Asked by', `${approval.requestedByName}, ${formatDateTime(approval.requestedAt)}`],
      ]}
    />
  )
}

function Acts({ approval }: { approval: Approval }) {
  const queryClient = useQueryClient()
  const [deciding, setDeciding] = useState<'approve' | 'reject'>()
  const withdraw = useMutation({
    mutationFn: () => withdrawRequest({ path: { id: approval.id }, throwOnError: true }),
    onSuccess: () => toastDone('Request withdrawn'),
    onError: toastProblem,
    onSettled: () => refreshMoney(queryClient, approval.customerId),
  })
  if (approval.state !== 'pending') return null
  const mayNot = ({ allowed, reason }: Approval['decide']) =>
    allowed ? undefined : (reason ?? 'This is not possible at the moment.')
  return (
    <>
      {approval.withdraw.allowed ? (
        <ActButton
          size="sm"
          variant="outline"
          aria-disabled={withdraw.isPending}
          onClick={() => {
            if (!withdraw.isPending) withdraw.mutate()
          }}
        >
          Withdraw
        </ActButton>
      ) : null}
      <ActButton
        size="sm"
        variant="outline"
        colorPalette="red"
        blocked={mayNot(approval.decide)}
        onClick={() => setDeciding('reject')}
      >
        Reject
      </ActButton>
      <ActButton
        size="sm"
        colorPalette="accent"
        blocked={mayNot(approval.decide)}
        onClick={() => setDeciding('approve')}
      >
        Approve
      </ActButton>
      <Suspense fallback={null}>
        {deciding ? (
          <DecisionDialog
            approval={approval}
            verdict={deciding}
            onClose={() => setDeciding(undefined)}
          />
        ) : null}
      </Suspense>
    </>
  )
}

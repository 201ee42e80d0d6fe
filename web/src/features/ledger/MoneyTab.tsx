import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { asProblem, readCustomerMoneyOptions, type CustomerMoney } from '../../api'
import { HelpLink } from '../../components/HelpLink'
import { useBlocked, type ActState, type Permission } from '../../components/permissions'
import { ActButton } from '../../ui/ActButton'
import { formatMoney } from '../../ui/format'
import { Money } from '../../ui/Money'
import { RelativeTime } from '../../ui/RelativeTime'
import { Section } from '../../ui/Section'
import { Skeleton, SkeletonLines } from '../../ui/Skeleton'
import { Stat, Stats } from '../../ui/Stat'
import { ErrorState } from '../../ui/states'
import { Books } from './Books'
import { CreditLots } from './CreditLots'
import { DisputeList } from './DisputeList'
import { PaymentTable } from './PaymentTable'
import { RefundList } from './RefundList'
import { acts } from './words'

interface MoneyTabProps {
  customerId: string
  /** Opens the dialog of an act, perhaps for a booking. */
  onAct: (act: 'refund' | 'credit' | 'spend', bookingId?: string) => void
}

/** What came in, what went back, and what is owed. */
export function MoneyTab({ customerId, onAct }: MoneyTabProps) {
  const query = useQuery(readCustomerMoneyOptions({ path: { id: customerId } }))
  const { data: money } = query
  if (query.isError && !money) {
    return <ErrorState failure={asProblem(query.error)} onRetry={() => void query.refetch()} />
  }
  return (
    <>
      <Figures money={money} />
      {money && money.approvals.length > 0 ? <Pending money={money} /> : null}
      <Section
        title="Payments"
        flush
        actions={
          <Act
            permission="refund.issue"
            state={money?.actions.issueRefund}
            onClick={() => onAct('refund')}
          >
            Refund
          </Act>
        }
      >
        <PaymentTable money={money} onRefund={(bookingId) => onAct('refund', bookingId)} />
      </Section>
      {money && money.disputes.length > 0 ? (
        <Section
          title="Disputes"
          flush
          actions={
            money.lostInDisputes > 0 ? (
              <Link
                to="."
                search={{ explain: 'lost_in_disputes' }}
                className="text-link"
                resetScroll={false}
              >
                <Money pence={money.lostInDisputes} /> lost
              </Link>
            ) : null
          }
        >
          <DisputeList disputes={money.disputes} />
        </Section>
      ) : null}
      <Section title="Refunds" flush actions={<HelpLink topic="refunds" />}>
        <RefundList refunds={money?.refunds} />
      </Section>
      <Section
        title="Store credit"
        actions={
          <>
            <HelpLink topic="store credit" />
            <Act
              permission="credit.spend"
              state={money?.actions.spendCredit}
              onClick={() => onAct('spend')}
            >
              Spend
            </Act>
            <Act
              permission="credit.issue"
              state={money?.actions.issueCredit}
              onClick={() => onAct('credit')}
            >
              Issue credit
            </Act>
          </>
        }
      >
        {money ? <CreditLots credit={money.credit} /> : <SkeletonLines lines={2} />}
      </Section>
      <Books customerId={customerId} />
    </>
  )
}

function Act(props: {
  permission: Permission
  state: ActState | undefined
  onClick: () => void
  children: string
}) {
  const blocked = useBlocked()
  return (
    <ActButton
      size="xs"
      variant="outline"
      blocked={blocked(props.permission, props.state)}
      onClick={props.onClick}
    >
      {props.children}
    </ActButton>
  )
}

function Figures({ money }: { money: CustomerMoney | undefined }) {
  const navigate = useNavigate()
  const sum = (pence: number | undefined) =>
    pence === undefined ? <Skeleton width={6} /> : <Money pence={pence} />
  const explain = (figure: 'paid' | 'refunded' | 'ltv' | 'store_credit') => () =>
    void navigate({ to: '.', search: { explain: figure }, resetScroll: false })
  return (
    <Stats count={4} label="Money">
      <Stat
        label="Paid"
        definition="Captured payments, over all time."
        value={sum(money?.captured)}
        onExplain={explain('paid')}
      />
      <Stat
        label="Refunded"
        definition="Refunds that have gone back. What is on its way is not counted."
        value={sum(money?.refunded)}
        onExplain={explain('refunded')}
      />
      <Stat
        label="Kept"
        definition={
          money && money.lostInDisputes > 0
            ? `Paid minus refunded: the LTV. Of it, ${formatMoney(money.lostInDisputes)} was lost in disputes, which the LTV does not take off.`
            : 'Paid minus refunded: the LTV.'
        }
        value={sum(money?.ltv)}
        onExplain={explain('ltv')}
      />
      <Stat
        label="Store credit"
        definition="What the customer can still spend."
        value={sum(money?.credit.balance)}
        onExplain={explain('store_credit')}
      />
    </Stats>
  )
}

/** Acts above a ceiling, which somebody else decides about. */
function Pending({ money }: { money: CustomerMoney }) {
  return (
    <Section title="Awaiting approval">
      <ul className="stack tight">
        {money.approvals.map(({ id, act, amount, requestedByName, requestedAt }) => (
          <li key={id} className="row tight">
            <Link
              to="/admin/approvals/$approvalId"
              params={{ approvalId: id }}
              className="text-link"
            >
              {acts[act]} of <Money pence={amount} />
            </Link>
            <span className="subtle">
              asked by {requestedByName} <RelativeTime at={requestedAt} />
            </span>
          </li>
        ))}
      </ul>
    </Section>
  )
}

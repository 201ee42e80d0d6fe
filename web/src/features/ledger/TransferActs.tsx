import { useQueryClient } from '@tanstack/react-query'
import { claimRefund, releaseRefund, type RefundRecord } from '../../api'
import { useMe } from '../../components/me'
import { useBlocked } from '../../components/permissions'
import { refreshMoney } from '../../components/refresh-customer'
import { toastProblem } from '../../components/toast'
import { ActButton } from '../../ui/ActButton'
import { formatTime } from '../../ui/format'
import { useNow } from '../../ui/now'

/** Who makes a bank transfer says so first, so that nobody else makes it too; then says what became of it. */
export function TransferActs({ refund, onSettle }: { refund: RefundRecord; onSettle: () => void }) {
  const queryClient = useQueryClient()
  const blocked = useBlocked()
  const me = useMe()
  const now = useNow()
  const claim = refund.claim && new Date(refund.claim.until) > now ? refund.claim : undefined
  const mine = claim?.staffId === me.id
  const others =
    claim && !mine
      ? `${claim.name} is paying this until ${formatTime(claim.until)}. Ask them first.`
      : undefined

  const say = async (call: typeof claimRefund | typeof releaseRefund) => {
    try {
      await call({ path: { id: refund.id }, throwOnError: true })
    } catch (error) {
      toastProblem(error)
    } finally {
      void refreshMoney(queryClient, refund.customerId)
    }
  }

  return (
    <div className="row tight">
      {claim ? (
        <span className="small">
          {mine ? 'You are paying this' : `${claim.name} is paying this`}, until{' '}
          {formatTime(claim.until)}
        </span>
      ) : null}
      {refund.via === 'manual' ? (
        <ActButton
          size="xs"
          variant="outline"
          aria-label={`${mine ? 'Let go of' : 'I am paying'} the refund of ${refund.bookingReference}`}
          blocked={blocked('refund.settle') ?? others}
          onClick={() => void say(mine ? releaseRefund : claimRefund)}
        >
          {mine ? 'Let go' : 'I am paying this'}
        </ActButton>
      ) : null}
      <ActButton
        size="xs"
        variant="outline"
        aria-label={`Settle the refund of ${refund.bookingReference}`}
        blocked={blocked('refund.settle') ?? others}
        onClick={onSettle}
      >
        Settle
      </ActButton>
    </div>
  )
}

import { Link } from '@tanstack/react-router'
import { RotateCcw } from 'lucide-react'
import type { ReactNode } from 'react'
import type { RefundRecord } from '../../api'
import { destinationInWords, RefundBadge } from '../../components/refunds'
import { Money } from '../../ui/Money'
import { RelativeTime } from '../../ui/RelativeTime'
import { SkeletonLines } from '../../ui/Skeleton'
import { EmptyState } from '../../ui/states'

interface RefundListProps {
  refunds: readonly RefundRecord[] | undefined
  /** What else stands at a refund: whose it is, or what can be done. */
  extra?: (refund: RefundRecord) => ReactNode
  empty?: string
}

/** Refunds with their true states. */
export function RefundList({ refunds, extra, empty }: RefundListProps) {
  if (!refunds) {
    return (
      <div className="section-body">
        <SkeletonLines lines={3} />
      </div>
    )
  }
  if (refunds.length === 0) {
    return (
      <EmptyState icon={RotateCcw} title="No refunds">
        {empty ?? 'Money that goes back appears here, with where it is on its way.'}
      </EmptyState>
    )
  }
  return (
    <ul className="card-list" aria-label="Refunds">
      {refunds.map((refund) => (
        <li key={refund.id}>
          <div className="row between">
            <span className="row tight">
              <Money pence={refund.amount} />
              <RefundBadge status={refund.status} />
            </span>
            <span className="subtle small">
              <RelativeTime at={refund.processedAt ?? refund.createdAt} />
            </span>
          </div>
          <p>
            <Link
              to="/admin/customers/$customerId/money"
              params={{ customerId: refund.customerId }}
              search={{ booking: refund.bookingId }}
              className="text-link"
              resetScroll={false}
            >
              {refund.bookingReference}
            </Link>
            , {refund.reason}
            {refund.notes ? <span dir="auto">: {refund.notes}</span> : null}
          </p>
          {refund.statusDetail ? <p>{refund.statusDetail}</p> : null}
          <p className="subtle small">
            {destinationInWords(refund.destination)}
            {refund.requestedBy ? `, asked by ${refund.requestedBy}` : ''}
            {refund.reference ? `, reference ${refund.reference}` : ''}
            {refund.approvalId ? (
              <>
                ,{' '}
                <Link
                  to="/admin/approvals/$approvalId"
                  params={{ approvalId: refund.approvalId }}
                  className="text-link"
                >
                  request
                </Link>
              </>
            ) : null}
          </p>
          {extra?.(refund)}
        </li>
      ))}
    </ul>
  )
}

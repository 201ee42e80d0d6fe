import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { DisputeRecord } from '../../api'
import { DisputeBadge } from '../../components/disputes'
import { CopyButton } from '../../ui/CopyButton'
import { humanise } from '../../ui/format'
import { Money } from '../../ui/Money'
import { RelativeTime } from '../../ui/RelativeTime'

interface DisputeListProps {
  disputes: readonly DisputeRecord[]
  /** What else stands at a dispute, such as whose it is. */
  extra?: (dispute: DisputeRecord) => ReactNode
}

/** What customers' banks ask back, with what it means and what to do. */
export function DisputeList({ disputes, extra }: DisputeListProps) {
  return (
    <ul className="card-list" aria-label="Disputes">
      {disputes.map((dispute) => (
        <li key={dispute.id}>
          <div className="row between">
            <span className="row tight">
              <Money pence={dispute.amount} />
              <DisputeBadge status={dispute.status} />
            </span>
            <span className="subtle small">
              <RelativeTime at={dispute.openedAt} />
            </span>
          </div>
          <p>
            <Link
              to="/admin/customers/$customerId/money"
              params={{ customerId: dispute.customerId }}
              search={{ booking: dispute.bookingId }}
              className="text-link"
              resetScroll={false}
            >
              {dispute.bookingReference}
            </Link>
            , {humanise(dispute.reason).toLowerCase()}
          </p>
          <p>{dispute.statusDetail}</p>
          <p className="row tight subtle small">
            {dispute.providerDisputeId}
            <CopyButton text={dispute.providerDisputeId} what="Stripe’s name for the dispute" />
          </p>
          {extra?.(dispute)}
        </li>
      ))}
    </ul>
  )
}

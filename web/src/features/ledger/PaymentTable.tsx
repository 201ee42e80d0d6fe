import { Link } from '@tanstack/react-router'
import { Wallet } from 'lucide-react'
import type { ReactNode } from 'react'
import type { CustomerMoney, Refundable } from '../../api'
import { useBlocked } from '../../components/permissions'
import { QueryTable, type Column } from '../../components/QueryTable'
import { ActButton } from '../../ui/ActButton'
import { formatShortDate, humanise } from '../../ui/format'
import { Money } from '../../ui/Money'
import { ROW_TARGET } from '../../ui/row-keys'
import { EmptyState } from '../../ui/states'

interface PaymentTableProps {
  money: CustomerMoney | undefined
  onRefund: (bookingId: string) => void
}

export function PaymentTable({ money, onRefund }: PaymentTableProps) {
  if (money?.payments.length === 0) {
    return (
      <EmptyState icon={Wallet} title="No payments yet">
        What this customer pays for a booking appears here.
      </EmptyState>
    )
  }
  const refund = (payment: Refundable) => (
    <RefundButton payment={payment} money={money} onRefund={onRefund} />
  )
  return (
    <QueryTable
      label="Payments"
      columns={columnsWith(refund)}
      rows={money?.payments}
      rowKey={({ paymentId }) => paymentId}
      card={(payment) => (
        <>
          <div className="row between">
            <Reference payment={payment} />
            <Money pence={payment.captured} />
          </div>
          <div className="row between">
            <span className="muted">
              <Money pence={payment.refundable} /> left
              {payment.reserved > 0 ? (
                <>
                  , <Money pence={payment.reserved} /> held
                </>
              ) : null}
              {payment.disputed > 0 ? (
                <>
                  , <Money pence={payment.disputed} /> disputed
                </>
              ) : null}
            </span>
            {refund(payment)}
          </div>
        </>
      )}
      skeletonRows={3}
    />
  )
}

const columnsWith = (refund: (payment: Refundable) => ReactNode): readonly Column<Refundable>[] => [
  {
    id: 'booking',
    header: 'Booking',
    className: 'nowrap',
    cell: (payment) => <Reference payment={payment} />,
  },
  {
    id: 'paid',
    header: 'Paid',
    className: 'nowrap',
    cell: ({ capturedAt, provider }) =>
      `${humanise(provider)}${capturedAt ? `, ${formatShortDate(capturedAt)}` : ''}`,
  },
  { id: 'captured', header: 'Amount', className: 'number', cell: (p) => money(p.captured) },
  { id: 'refunded', header: 'Refunded', className: 'number', cell: (p) => money(p.refunded) },
  {
    id: 'reserved',
    header: 'Held',
    className: 'number from-desktop',
    cell: (p) => money(p.reserved),
  },
  {
    id: 'disputed',
    header: 'Disputed',
    className: 'number from-desktop',
    cell: (p) => money(p.disputed),
  },
  { id: 'left', header: 'Left', className: 'number', cell: (p) => money(p.refundable) },
  {
    id: 'act',
    header: <span className="visually-hidden">Actions</span>,
    className: 'narrow',
    cell: refund,
  },
]

const money = (pence: number) => <Money pence={pence} />

function Reference({ payment }: { payment: Refundable }) {
  return (
    <Link
      to="."
      search={{ booking: payment.bookingId }}
      className="row-link"
      resetScroll={false}
      {...ROW_TARGET}
    >
      {payment.bookingReference}
    </Link>
  )
}

function RefundButton({ payment, money, onRefund }: PaymentTableProps & { payment: Refundable }) {
  const blocked = useBlocked()
  const state =
    payment.refundable > 0
      ? money?.actions.issueRefund
      : { allowed: false, reason: 'Nothing of this payment is left to refund.' }
  return (
    <ActButton
      size="xs"
      variant="outline"
      aria-label={`Refund ${payment.bookingReference}`}
      blocked={blocked('refund.issue', state)}
      onClick={() => onRefund(payment.bookingId)}
    >
      Refund
    </ActButton>
  )
}

import { createFileRoute, Outlet, useNavigate } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { readCustomerOptions } from '../../../../api'
import { useMe } from '../../../../components/me'
import { oneOf, searchParser, word } from '../../../../components/search'
import { CustomerFrame } from '../../../../features/customers/page/CustomerFrame'
import { figureNames } from '../../../../features/customers/page/figures'

const ExplainCustomer = lazy(() => import('../../../../features/customers/page/ExplainCustomer'))
const BookingPanel = lazy(() => import('../../../../features/bookings/BookingPanel'))
const RefundDialog = lazy(() => import('../../../../features/ledger/dialogs/RefundDialog'))
const loadCredit = () => import('../../../../features/ledger/dialogs/CreditDialogs')
const IssueCredit = lazy(async () => ({ default: (await loadCredit()).IssueCredit }))
const SpendCredit = lazy(async () => ({ default: (await loadCredit()).SpendCredit }))
const MergeDialog = lazy(() => import('../../../../features/duplicates/MergeDialog'))
const SendInvoice = lazy(() => import('../../../../features/invoices/SendInvoiceDialog'))
const SightNotice = lazy(() => import('../../../../features/sight/SightNotice'))
const TicketPanel = lazy(() => import('../../../../features/tickets/TicketPanel'))

export const Route = createFileRoute('/_app/admin/customers/$customerId')({
  /** What is open at the side, or which act is begun, perhaps on a booking, or with another customer. */
  validateSearch: searchParser({
    booking: word,
    ticket: word,
    act: oneOf('refund', 'credit', 'spend', 'invoice', 'merge'),
    on: word,
    explain: oneOf(...figureNames),
  }),
  // Only a head start: the page itself says what went wrong.
  loader: ({ context, params }) => {
    context.queryClient
      .query(readCustomerOptions({ path: { id: params.customerId } }))
      .catch(() => undefined)
  },
  component: CustomerRoute,
})

function CustomerRoute() {
  const { customerId } = Route.useParams()
  const { booking, ticket, act, on, explain } = Route.useSearch()
  const seesAll = useMe().permissions.includes('personal.read')
  // Not the route's own: the panel closes over the tab that is open, which is deeper.
  const navigate = useNavigate()
  const close = () => void navigate({ to: '.', search: {}, resetScroll: false })
  return (
    <CustomerFrame
      key={customerId}
      customerId={customerId}
      notice={
        seesAll ? null : (
          <Suspense fallback={null}>
            <SightNotice customerId={customerId} />
          </Suspense>
        )
      }
    >
      <Outlet />
      <Suspense fallback={null}>
        {booking ? (
          <BookingPanel customerId={customerId} bookingId={booking} onClose={close} />
        ) : null}
        {explain ? (
          <ExplainCustomer key={explain} customerId={customerId} figure={explain} onClose={close} />
        ) : null}
        {ticket ? <TicketPanel customerId={customerId} ticketId={ticket} onClose={close} /> : null}
        {act === 'refund' ? (
          <RefundDialog customerId={customerId} bookingId={on} onClose={close} />
        ) : null}
        {act === 'credit' ? <IssueCredit customerId={customerId} onClose={close} /> : null}
        {act === 'invoice' ? (
          <SendInvoice customerId={customerId} bookingId={on} onClose={close} />
        ) : null}
        {act === 'merge' ? (
          <MergeDialog key={on} customerId={customerId} otherId={on} onClose={close} />
        ) : null}
        {act === 'spend' ? (
          <SpendCredit customerId={customerId} bookingId={on} onClose={close} />
        ) : null}
      </Suspense>
    </CustomerFrame>
  )
}

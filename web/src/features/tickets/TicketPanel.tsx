import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { SearchX } from 'lucide-react'
import { asProblem, readTicketOptions, type Ticket } from '../../api'
import { PriorityBadge, TicketStatusBadge } from '../../components/status'
import { RelativeTime } from '../../ui/RelativeTime'
import { Facts } from '../../ui/Section'
import Sheet from '../../ui/Sheet'
import { SkeletonLines } from '../../ui/Skeleton'
import { EmptyState, ErrorState } from '../../ui/states'

interface TicketPanelProps {
  customerId: string
  ticketId: string
  onClose: () => void
}

/** One ticket and its conversation at the side of the page. */
export default function TicketPanel({ customerId, ticketId, onClose }: TicketPanelProps) {
  const query = useQuery(readTicketOptions({ path: { id: ticketId } }))
  const ticket = query.data?.customerId === customerId ? query.data : undefined
  const problem = query.isError ? asProblem(query.error) : undefined

  return (
    <Sheet
      title={ticket ? `Ticket ${ticket.number}: ${ticket.category}` : 'Ticket'}
      onClose={onClose}
    >
      {ticket ? (
        <Conversation ticket={ticket} />
      ) : problem && problem.status !== 404 && problem.status !== 400 ? (
        <ErrorState failure={problem} onRetry={() => void query.refetch()} />
      ) : query.isPending ? (
        <SkeletonLines lines={8} />
      ) : (
        <EmptyState icon={SearchX} title="There is no such ticket">
          This customer has no ticket with that address.
        </EmptyState>
      )}
    </Sheet>
  )
}

function Conversation({ ticket }: { ticket: Ticket }) {
  return (
    <div className="stack">
      <div className="row tight">
        <PriorityBadge priority={ticket.priority} />
        <TicketStatusBadge status={ticket.status} />
      </div>
      <Facts
        facts={[
          [
            'Booking',
            ticket.bookingId ? (
              <Link
                to="."
                search={{ booking: ticket.bookingId }}
                className="text-link"
                resetScroll={false}
              >
                {ticket.bookingReference ?? 'Open'}
              </Link>
            ) : (
              ticket.bookingReference
            ),
          ],
          ['Resolved', ticket.resolvedAt ? <RelativeTime at={ticket.resolvedAt} /> : undefined],
          ['Opened', <RelativeTime key="opened" at={ticket.createdAt} />],
          ['Updated', <RelativeTime key="updated" at={ticket.updatedAt} />],
        ]}
      />
      <ol className="thread" aria-label="Conversation">
        <li className="message" data-side="theirs">
          <p className="strong small">Customer</p>
          <p className="pre-line" dir="auto">
            {ticket.description}
          </p>
        </li>
        {ticket.responses.map((response) => (
          <li
            key={response.id}
            className="message"
            data-side={response.fromSupport ? 'ours' : 'theirs'}
          >
            <p className="row tight small">
              <span className="strong">
                {response.fromSupport ? (response.staffName ?? 'Support') : 'Customer'}
              </span>
              <span className="muted">
                <RelativeTime at={response.createdAt} />
              </span>
            </p>
            <p className="pre-line" dir="auto">
              {response.message}
            </p>
          </li>
        ))}
      </ol>
    </div>
  )
}

import { useInfiniteQuery } from '@tanstack/react-query'
import { SearchX } from 'lucide-react'
import { useEffect } from 'react'
import { asProblem, type Ticket } from '../../api'
import { PriorityBadge, TicketStatusBadge } from '../../components/status'
import { RelativeTime } from '../../ui/RelativeTime'
import { Facts } from '../../ui/Section'
import Sheet from '../../ui/Sheet'
import { SkeletonLines } from '../../ui/Skeleton'
import { EmptyState, ErrorState } from '../../ui/states'
import { ticketsOf } from './queries'

interface TicketPanelProps {
  customerId: string
  ticketId: string
  onClose: () => void
}

/** One ticket and its conversation at the side of the page. */
export default function TicketPanel({ customerId, ticketId, onClose }: TicketPanelProps) {
  const query = useInfiniteQuery(ticketsOf(customerId))
  const { hasNextPage, isFetching, fetchNextPage } = query
  const ticket = query.data?.pages.flatMap((page) => page.tickets).find(({ id }) => id === ticketId)

  useEffect(() => {
    if (!ticket && hasNextPage && !isFetching) void fetchNextPage()
  }, [ticket, hasNextPage, isFetching, fetchNextPage])

  return (
    <Sheet title={ticket ? ticket.category : 'Ticket'} onClose={onClose}>
      {ticket ? (
        <Conversation ticket={ticket} />
      ) : query.isError ? (
        <ErrorState failure={asProblem(query.error)} onRetry={() => void query.refetch()} />
      ) : query.isPending || hasNextPage ? (
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
          ['Booking', ticket.bookingReference],
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
          <li key={response.id} className="message" data-side={response.fromSupport ? 'ours' : 'theirs'}>
            <p className="row tight small">
              <span className="strong">{response.fromSupport ? (response.authorName ?? 'Support') : 'Customer'}</span>
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

import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { LifeBuoy } from 'lucide-react'
import { asProblem, type Ticket } from '../../api'
import { LoadMore } from '../../components/LoadMore'
import { QueryTable, type Column } from '../../components/QueryTable'
import { PriorityBadge, TicketStatusBadge } from '../../components/status'
import { formatCount, plural } from '../../ui/format'
import { RelativeTime } from '../../ui/RelativeTime'
import { ROW_TARGET } from '../../ui/row-keys'
import { Section } from '../../ui/Section'
import { EmptyState, ErrorState } from '../../ui/states'
import { ticketsOf } from './queries'

export function TicketsTab({ customerId }: { customerId: string }) {
  const query = useInfiniteQuery(ticketsOf(customerId))
  const tickets = query.data?.pages.flatMap((page) => page.tickets)
  return (
    <Section title="Tickets" flush>
      {query.isError && !tickets ? (
        <ErrorState failure={asProblem(query.error)} onRetry={() => void query.refetch()} />
      ) : tickets?.length === 0 ? (
        <EmptyState icon={LifeBuoy} title="No tickets">
          When this customer asks for help, the conversation appears here.
        </EmptyState>
      ) : (
        <QueryTable
          label="Tickets"
          columns={columns}
          rows={tickets}
          rowKey={({ id }) => id}
          card={(ticket) => <TicketCard ticket={ticket} />}
          skeletonRows={4}
        />
      )}
      <LoadMore query={query} what="tickets" />
    </Section>
  )
}

const columns: Column<Ticket>[] = [
  {
    id: 'what',
    header: 'Ticket',
    className: 'wide',
    cell: (ticket) => <Subject ticket={ticket} />,
  },
  {
    id: 'priority',
    header: 'Priority',
    cell: ({ priority }) => <PriorityBadge priority={priority} />,
  },
  { id: 'status', header: 'Status', cell: ({ status }) => <TicketStatusBadge status={status} /> },
  {
    id: 'responses',
    header: 'Responses',
    className: 'number',
    cell: ({ responses }) => formatCount(responses.length),
  },
  {
    id: 'updated',
    header: 'Updated',
    className: 'nowrap',
    cell: ({ updatedAt }) => <RelativeTime at={updatedAt} />,
  },
]

function Subject({ ticket }: { ticket: Ticket }) {
  return (
    <span className="person-text">
      <Link
        to="."
        search={{ ticket: ticket.id }}
        className="row-link truncate"
        resetScroll={false}
        {...ROW_TARGET}
      >
        {ticket.category}
      </Link>
      <span className="subtle small truncate" title={ticket.description}>
        {ticket.description}
      </span>
    </span>
  )
}

function TicketCard({ ticket }: { ticket: Ticket }) {
  return (
    <>
      <Subject ticket={ticket} />
      <div className="row tight">
        <PriorityBadge priority={ticket.priority} />
        <TicketStatusBadge status={ticket.status} />
        <span className="subtle small">
          {plural(ticket.responses.length, 'response')}, <RelativeTime at={ticket.updatedAt} />
        </span>
      </div>
    </>
  )
}

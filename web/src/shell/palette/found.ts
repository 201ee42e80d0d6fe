import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Ticket, Truck, UserRound } from 'lucide-react'
import { useEffect, useState } from 'react'
import { findBookingsOptions, findTicketsOptions, listCustomersOptions } from '../../api'
import { formatShortDate } from '../../ui/format'
import type { Group } from './entries'

const TYPING_PAUSE_MS = 200
const MOST = 6

/** Customers, bookings and tickets that fit what is typed, once the typing pauses. */
export function useFound(typed: string): { groups: Group[]; pending: boolean } {
  const text = usePaused(typed.trim())
  const navigate = useNavigate()
  const enabled = text.length >= 2
  const customers = useQuery({
    ...listCustomersOptions({ query: { search: text, limit: MOST } }),
    enabled,
  })
  const bookings = useQuery({
    ...findBookingsOptions({ query: { reference: text } }),
    enabled: enabled && /\d|^sv/i.test(text) && !/\s/.test(text),
  })
  const tickets = useQuery({
    ...findTicketsOptions({ query: { number: Number(text.replace(/^#/, '')) } }),
    enabled: /^#?\d{1,9}$/.test(text),
  })
  const pending =
    text !== typed.trim() || customers.isFetching || bookings.isFetching || tickets.isFetching
  if (!enabled) return { groups: [], pending: false }

  const groups: Group[] = [
    {
      title: 'Customers',
      entries: (customers.data?.customers ?? []).map(({ id, name, email, phone }) => ({
        id,
        label: name,
        detail: email ?? phone ?? undefined,
        icon: UserRound,
        run: () =>
          void navigate({ to: '/admin/customers/$customerId', params: { customerId: id } }),
      })),
    },
    {
      title: 'Bookings',
      entries: (bookings.data?.bookings ?? []).map(
        ({ id, reference, scheduledAt, customerId, customerName }) => ({
          id,
          label: reference,
          detail: `${customerName}, ${formatShortDate(scheduledAt)}`,
          icon: Truck,
          run: () =>
            void navigate({
              to: '/admin/customers/$customerId/bookings',
              params: { customerId },
              search: { booking: id },
            }),
        }),
      ),
    },
    {
      title: 'Tickets',
      entries: (tickets.data?.tickets ?? []).map(
        ({ id, number, category, customerId, customerName }) => ({
          id,
          label: `Ticket ${String(number)}`,
          detail: `${customerName}, ${category}`,
          icon: Ticket,
          run: () =>
            void navigate({
              to: '/admin/customers/$customerId/tickets',
              params: { customerId },
              search: { ticket: id },
            }),
        }),
      ),
    },
  ]
  return { groups: groups.filter(({ entries }) => entries.length > 0), pending }
}

function usePaused(text: string): string {
  const [paused, setPaused] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setPaused(text), TYPING_PAUSE_MS)
    return () => clearTimeout(timer)
  }, [text])
  return paused
}

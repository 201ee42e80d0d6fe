import { Table } from '@chakra-ui/react'
import type { ReactNode } from 'react'
import type { Customer, MergePreview } from '../../api'
import { formatCount, formatPhone, formatShortDate } from '../../ui/format'
import { Money } from '../../ui/Money'
import './duplicates.css'

const rows: readonly (readonly [string, (one: Customer) => ReactNode])[] = [
  ['E-mail', ({ email }) => email ?? 'None'],
  ['Phone', ({ phone }) => (phone ? formatPhone(phone) : 'None')],
  ['Joined', ({ createdAt }) => formatShortDate(createdAt)],
  ['Orders', ({ stats }) => formatCount(stats.totalOrders)],
  ['LTV', ({ stats }) => <Money pence={stats.totalLtv} />],
  ['Open tickets', ({ stats }) => formatCount(stats.openTickets)],
]

/** The two records side by side. */
export function Comparison({ preview: { survivor, other } }: { preview: MergePreview }) {
  return (
    <div className="table-frame">
      <Table.Root native unstyled className="data-table comparison" aria-label="The two records">
        <thead>
          <tr>
            <th scope="col">
              <span className="visually-hidden">What</span>
            </th>
            <th scope="col">
              <span dir="auto">{survivor.name}</span>
              <span className="subtle small"> stays</span>
            </th>
            <th scope="col">
              <span dir="auto">{other.name}</span>
              <span className="subtle small"> becomes part of it</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([what, of]) => (
            <tr key={what}>
              <th scope="row">{what}</th>
              <td>{of(survivor)}</td>
              <td>{of(other)}</td>
            </tr>
          ))}
        </tbody>
      </Table.Root>
    </div>
  )
}

import { Link } from '@tanstack/react-router'
import type { DataRequest } from '../../api'
import { QueryTable, type Column } from '../../components/QueryTable'
import { formatShortDate } from '../../ui/format'
import { ROW_TARGET } from '../../ui/row-keys'
import { Due, StateBadge } from './badges'
import { kinds, numberOf, whoAsks } from './words'

export function RequestTable({
  label,
  rows,
}: {
  label: string
  rows: readonly DataRequest[] | undefined
}) {
  return (
    <QueryTable
      label={label}
      columns={columns}
      rows={rows}
      rowKey={({ id }) => id}
      card={(request) => <RequestCard request={request} />}
      skeletonRows={6}
    />
  )
}

function Title({ request }: { request: DataRequest }) {
  return (
    <Link
      to="/admin/data-requests/$requestId"
      params={{ requestId: request.id }}
      className="row-link"
      {...ROW_TARGET}
    >
      {numberOf(request)}
    </Link>
  )
}

const columns: readonly Column<DataRequest>[] = [
  {
    id: 'number',
    header: 'Number',
    className: 'nowrap',
    cell: (request) => <Title request={request} />,
  },
  { id: 'kind', header: 'Kind', cell: ({ kind }) => kinds[kind] },
  {
    id: 'who',
    header: 'Who asks',
    cell: (request) => (
      <span dir="auto" className="truncate">
        {whoAsks(request)}
      </span>
    ),
  },
  {
    id: 'received',
    header: 'Received',
    className: 'nowrap from-desktop',
    cell: ({ receivedOn }) => formatShortDate(receivedOn),
  },
  { id: 'due', header: 'Due', cell: (request) => <Due request={request} /> },
  { id: 'state', header: 'State', cell: ({ state }) => <StateBadge state={state} /> },
  {
    id: 'handler',
    header: 'Handled by',
    className: 'from-desktop',
    cell: ({ handlerName }) => handlerName,
  },
]

function RequestCard({ request }: { request: DataRequest }) {
  return (
    <>
      <div className="row between">
        <Title request={request} />
        <StateBadge state={request.state} />
      </div>
      <p className="muted">
        {kinds[request.kind]}, <span dir="auto">{whoAsks(request)}</span>
      </p>
      <Due request={request} />
    </>
  )
}

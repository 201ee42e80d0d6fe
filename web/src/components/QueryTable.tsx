import { Table } from '@chakra-ui/react'
import { ArrowDown, ArrowUp } from 'lucide-react'
import { useRef, type ReactNode } from 'react'
import { useArrived } from '../ui/arrived'
import { useIsPhone } from '../ui/media'
import { ROW_CHECK, useRowKeys } from '../ui/row-keys'
import { Skeleton, SkeletonRows } from '../ui/Skeleton'

export interface Column<Row> {
  id: string
  header: ReactNode
  className?: string
  /** The name under which the server sorts by this column. */
  sortBy?: string
  /** Which way the first press sorts; numbers and dates begin with the highest. */
  sortsFrom?: 'asc' | 'desc'
  cell: (row: Row) => ReactNode
}

export interface Sort {
  by: string
  order: 'asc' | 'desc'
}

/** Which rows are ticked, and how one ticks them. */
export interface Picking<Row> {
  isOn: (row: Row) => boolean
  /** `range`: from the row that was ticked before to this one. */
  onPick: (row: Row, range: boolean) => void
  page: 'none' | 'some' | 'all'
  onPickPage: () => void
  nameOf: (row: Row) => string
}

interface QueryTableProps<Row> {
  /** What the rows are, for screen readers. */
  label: string
  columns: readonly Column<Row>[]
  /** Undefined while the first answer is awaited. */
  rows: readonly Row[] | undefined
  rowKey: (row: Row) => string
  /** The same facts for a phone, where the table becomes a list of cards. */
  card: (row: Row) => ReactNode
  /** Old rows are shown while new ones load. */
  stale?: boolean
  skeletonRows?: number
  sort?: Sort | undefined
  onSort?: (sort: Sort) => void
  density?: 'normal' | 'compact'
  stickyHead?: boolean
  picking?: Picking<Row> | undefined
}

export function QueryTable<Row>(given: QueryTableProps<Row>) {
  const rows = useArrived(given.rows)
  const props = { ...given, rows }
  const { stale = false, skeletonRows = 8 } = props
  const frame = useRef<HTMLDivElement>(null)
  const phone = useIsPhone()
  useRowKeys(frame)

  return (
    <div
      ref={frame}
      className={`${props.stickyHead ? 'sticky-head' : 'table-frame'}${stale ? ' dimmed' : ''}`}
      aria-busy={stale || rows === undefined}
    >
      {phone ? (
        <Cards {...props} skeletonRows={skeletonRows} />
      ) : (
        <Table.Root
          native
          unstyled
          className="data-table"
          data-density={props.density}
          aria-label={props.label}
        >
          <thead>
            <tr>
              {props.picking ? <PickPage {...props.picking} none={!props.rows?.length} /> : null}
              {props.columns.map((column) => (
                <HeaderCell
                  key={column.id}
                  column={column}
                  sort={props.sort}
                  onSort={props.onSort}
                />
              ))}
            </tr>
          </thead>
          <tbody>
            {rows ? (
              rows.map((row) => (
                <tr key={props.rowKey(row)} aria-selected={props.picking?.isOn(row)}>
                  {props.picking ? (
                    <td className="pick">
                      <PickRow row={row} picking={props.picking} />
                    </td>
                  ) : null}
                  {props.columns.map((column) => (
                    <td key={column.id} className={column.className}>
                      {column.cell(row)}
                    </td>
                  ))}
                </tr>
              ))
            ) : (
              <SkeletonRows
                rows={skeletonRows}
                columns={props.columns.length + (props.picking ? 1 : 0)}
              />
            )}
          </tbody>
        </Table.Root>
      )}
    </div>
  )
}

function Cards<Row>(props: QueryTableProps<Row> & { skeletonRows: number }) {
  return (
    <ul className="card-list" aria-label={props.label}>
      {props.rows
        ? props.rows.map((row) => (
            <li key={props.rowKey(row)} className={props.picking && 'picked-card'}>
              {props.picking ? <PickRow row={row} picking={props.picking} /> : null}
              {props.card(row)}
            </li>
          ))
        : Array.from({ length: props.skeletonRows }, (_, row) => (
            <li key={row} aria-hidden="true">
              <Skeleton width={18} />
              <Skeleton width={26} />
            </li>
          ))}
    </ul>
  )
}

interface HeaderCellProps<Row> {
  column: Column<Row>
  sort: Sort | undefined
  onSort: ((sort: Sort) => void) | undefined
}

function HeaderCell<Row>({ column, sort, onSort }: HeaderCellProps<Row>) {
  const { sortBy } = column
  if (sortBy === undefined || !onSort) {
    return (
      <th scope="col" className={column.className}>
        {column.header}
      </th>
    )
  }
  const order = sort?.by === sortBy ? sort.order : undefined
  const Arrow = order === 'asc' ? ArrowUp : ArrowDown
  return (
    <th
      scope="col"
      className={column.className}
      aria-sort={order === undefined ? 'none' : order === 'asc' ? 'ascending' : 'descending'}
    >
      <button
        type="button"
        className="sort-button"
        onClick={() => onSort({ by: sortBy, order: nextOrder(order, column.sortsFrom ?? 'desc') })}
      >
        {column.header}
        <Arrow size={14} aria-hidden="true" />
      </button>
    </th>
  )
}

function nextOrder(now: Sort['order'] | undefined, first: Sort['order']): Sort['order'] {
  if (now === undefined) return first
  return now === 'asc' ? 'desc' : 'asc'
}

function PickRow<Row>({ row, picking }: { row: Row; picking: Picking<Row> }) {
  return (
    <label className="pick-box">
      <input
        type="checkbox"
        aria-label={`Select ${picking.nameOf(row)}`}
        checked={picking.isOn(row)}
        onChange={({ nativeEvent }) =>
          picking.onPick(row, nativeEvent instanceof MouseEvent && nativeEvent.shiftKey)
        }
        {...ROW_CHECK}
      />
    </label>
  )
}

interface PickPageProps {
  page: 'none' | 'some' | 'all'
  onPickPage: () => void
  /** There are no rows, or not yet. */
  none: boolean
}

function PickPage({ page, onPickPage, none }: PickPageProps) {
  return (
    <th scope="col" className="pick">
      <label className="pick-box">
        <input
          type="checkbox"
          aria-label="Select all on this page"
          checked={page === 'all'}
          ref={(box) => {
            if (box) box.indeterminate = page === 'some'
          }}
          disabled={none}
          onChange={onPickPage}
        />
      </label>
    </th>
  )
}

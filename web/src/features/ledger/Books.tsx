import { Button } from '@chakra-ui/react'
import { infiniteQueryOptions, useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import {
  asProblem,
  listCustomerTransfers,
  listCustomerTransfersInfiniteQueryKey,
  type Transfer,
} from '../../api'
import { LoadMore } from '../../components/LoadMore'
import { QueryTable, type Column } from '../../components/QueryTable'
import { formatDateTime, humanise } from '../../ui/format'
import { Money } from '../../ui/Money'
import { Section } from '../../ui/Section'
import { ErrorState } from '../../ui/states'

function transfersOf(customerId: string) {
  const path = { id: customerId }
  return infiniteQueryOptions({
    queryKey: listCustomerTransfersInfiniteQueryKey({ path }),
    queryFn: async ({ pageParam, signal }) => {
      const query = { after: pageParam }
      const { data } = await listCustomerTransfers({ path, query, signal, throwOnError: true })
      return data
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
  })
}

/** Where the figures come from, for those who ask. */
export function Books({ customerId }: { customerId: string }) {
  const [open, setOpen] = useState(false)
  return (
    <Section
      title="Where these figures come from"
      flush={open}
      actions={
        <Button size="xs" variant="outline" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? 'Hide the entries' : 'Show the entries'}
        </Button>
      }
    >
      {open ? (
        <Entries customerId={customerId} />
      ) : (
        <p className="muted">
          Every figure is a sum of entries in the books: kept is what was captured minus what went
          back; store credit is what was given minus what was spent or expired. They are up to date
          with every change.
        </p>
      )}
    </Section>
  )
}

function Entries({ customerId }: { customerId: string }) {
  const query = useInfiniteQuery(transfersOf(customerId))
  const rows = query.data?.pages.flatMap(({ transfers }) => transfers)
  if (query.isError && !rows) {
    return <ErrorState failure={asProblem(query.error)} onRetry={() => void query.refetch()} />
  }
  if (rows?.length === 0) {
    return <p className="section-body muted">There is no entry for this customer yet.</p>
  }
  return (
    <>
      <QueryTable
        label="Entries"
        columns={columns}
        rows={rows}
        rowKey={({ number }) => String(number)}
        card={(entry) => (
          <>
            <div className="row between">
              <span>{humanise(entry.kind)}</span>
              <Money pence={entry.amount} />
            </div>
            <p className="subtle small">
              {formatDateTime(entry.at)}: {humanise(entry.debit)} to {humanise(entry.credit)}
            </p>
          </>
        )}
        density="compact"
        skeletonRows={4}
      />
      <LoadMore query={query} what="entries" />
    </>
  )
}

const columns: readonly Column<Transfer>[] = [
  { id: 'at', header: 'When', className: 'nowrap', cell: ({ at }) => formatDateTime(at) },
  { id: 'kind', header: 'What', cell: ({ kind }) => humanise(kind) },
  {
    id: 'debit',
    header: 'Debit',
    className: 'from-desktop',
    cell: ({ debit }) => humanise(debit),
  },
  {
    id: 'credit',
    header: 'Credit',
    className: 'from-desktop',
    cell: ({ credit }) => humanise(credit),
  },
  {
    id: 'amount',
    header: 'Amount',
    className: 'number',
    cell: ({ amount }) => <Money pence={amount} />,
  },
]

import { Button } from '@chakra-ui/react'
import { SearchX, UsersRound } from 'lucide-react'
import type { CustomerList } from '../../../api'
import { useBlocked } from '../../../components/permissions'
import { ActButton } from '../../../ui/ActButton'
import { plural } from '../../../ui/format'
import { EmptyState } from '../../../ui/states'
import { chips } from './chips'
import { without, type CustomerListSearch } from './filter'
import { NearMatches } from './NearMatches'

interface NoRowsProps {
  search: CustomerListSearch
  onSearch: (search: CustomerListSearch) => void
  list: CustomerList
  onNew: () => void
}

/** Why the list is empty, and what to do about it. */
export default function NoRows({ search, onSearch, list, onNew }: NoRowsProps) {
  const blocked = useBlocked()
  const inForce = chips(search)
  if (list.pagination.total > 0) {
    return (
      <EmptyState
        icon={SearchX}
        title="There is no such page"
        actions={
          <Button
            size="sm"
            variant="outline"
            onClick={() => onSearch({ ...search, page: undefined })}
          >
            Go to the first page
          </Button>
        }
      >
        The list has {plural(list.pagination.pages, 'page')}.
      </EmptyState>
    )
  }
  if (inForce.length === 0) {
    return (
      <EmptyState
        icon={UsersRound}
        title="No customers yet"
        actions={
          <ActButton
            size="sm"
            colorPalette="accent"
            blocked={blocked('customer.create')}
            onClick={onNew}
          >
            New customer
          </ActButton>
        }
      >
        Everybody who books a move appears here. Customers can also be added by hand or imported.
      </EmptyState>
    )
  }
  return (
    <EmptyState
      icon={SearchX}
      title="No customer matches"
      actions={
        <Button
          size="sm"
          variant="outline"
          onClick={() =>
            onSearch(
              without(
                search,
                inForce.flatMap(({ keys }) => keys),
              ),
            )
          }
        >
          Clear filters
        </Button>
      }
    >
      Nobody fits all of: {inForce.map(({ text }) => text).join(', ')}.
      <NearMatches search={search} similar={list.similar} />
    </EmptyState>
  )
}

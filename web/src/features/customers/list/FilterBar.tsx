import { Button } from '@chakra-ui/react'
import { Search, SlidersHorizontal, X } from 'lucide-react'
import { lazy, Suspense, useEffect, useEffectEvent, useState } from 'react'
import { customerStatuses } from '../../../components/status'
import { LoneInput, LoneSelect } from '../../../ui/lone'
import { focusFirstRow } from '../../../ui/row-keys'
import { chips } from './chips'
import { statuses, without, type CustomerListSearch } from './filter'

const loadMoreFilters = () => import('./MoreFilters')
const MoreFilters = lazy(loadMoreFilters)

const TYPING_PAUSE_MS = 250

interface FilterBarProps {
  search: CustomerListSearch
  onSearch: (search: CustomerListSearch, how?: { replace: boolean }) => void
}

export function FilterBar({ search, onSearch }: FilterBarProps) {
  const [moreOpen, setMoreOpen] = useState(false)
  const status = statuses.find((name) => name === search.status)
  return (
    <>
      <div className="filter-bar" role="search" aria-label="Filter customers">
        <SearchField
          value={search.search ?? ''}
          onChange={(text) =>
            onSearch({ ...search, search: text || undefined, page: undefined }, { replace: true })
          }
        />
        <LoneSelect
          aria-label="Status"
          value={status ?? ''}
          onChange={(event) =>
            onSearch({
              ...search,
              status: statuses.find((name) => name === event.target.value),
              page: undefined,
            })
          }
        >
          <option value="">Any status</option>
          {statuses.map((name) => (
            <option key={name} value={name}>
              {customerStatuses[name].word}
            </option>
          ))}
        </LoneSelect>
        <Button
          size="sm"
          variant="outline"
          aria-haspopup="dialog"
          onPointerEnter={() => void loadMoreFilters()}
          onFocus={() => void loadMoreFilters()}
          onClick={() => setMoreOpen(true)}
        >
          <SlidersHorizontal aria-hidden="true" />
          More filters
        </Button>
      </div>
      <Chips search={search} onSearch={onSearch} />
      {moreOpen ? (
        <Suspense fallback={null}>
          <MoreFilters search={search} onSearch={onSearch} onClose={() => setMoreOpen(false)} />
        </Suspense>
      ) : null}
    </>
  )
}

function Chips({ search, onSearch }: FilterBarProps) {
  const inForce = chips(search)
  if (inForce.length === 0) return null
  return (
    <div className="chips" role="group" aria-label="Filters in force">
      {inForce.map(({ keys, text }) => (
        <span key={text} className="chip">
          <span className="truncate" title={text}>
            {text}
          </span>
          <button
            type="button"
            aria-label={`Remove filter ${text}`}
            onClick={() => onSearch(without(search, keys))}
          >
            <X size={14} aria-hidden="true" />
          </button>
        </span>
      ))}
      <Button
        size="2xs"
        variant="ghost"
        onClick={() =>
          onSearch(
            without(
              search,
              inForce.flatMap(({ keys }) => keys),
            ),
          )
        }
      >
        Clear all
      </Button>
    </div>
  )
}

/** Keeps what is typed at once and passes it on after a pause. */
export function SearchField({
  value,
  placeholder = 'Search this list',
  onChange,
}: {
  value: string
  placeholder?: string
  onChange: (text: string) => void
}) {
  const [text, setText] = useState(value)
  const [known, setKnown] = useState(value)
  if (value !== known) {
    // The address changed from outside: a removed chip, the back button, the search of the top bar.
    setKnown(value)
    if (value !== text.trim()) setText(value)
  }

  const pass = useEffectEvent(() => {
    if (text.trim() !== value) onChange(text.trim())
  })
  useEffect(() => {
    const timer = setTimeout(pass, TYPING_PAUSE_MS)
    return () => clearTimeout(timer)
  }, [text])

  return (
    <div className="filter-search">
      <Search size={16} aria-hidden="true" />
      <LoneInput
        size="sm"
        type="search"
        ps="9"
        aria-label="Search by name, e-mail, phone, postcode or booking reference"
        placeholder={placeholder}
        maxLength={200}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') onChange(text.trim())
          if (event.key === 'ArrowDown') {
            event.preventDefault()
            focusFirstRow()
          }
        }}
      />
    </div>
  )
}

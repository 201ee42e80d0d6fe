import { Button, Input, NativeSelect } from '@chakra-ui/react'
import { useState, type ReactNode } from 'react'
import { FormField } from '../../../ui/Field'
import { parseMoney } from '../../../ui/format'
import Modal from '../../../ui/Modal'
import type { CustomerListSearch } from './filter'

interface MoreFiltersProps {
  search: CustomerListSearch
  onSearch: (search: CustomerListSearch) => void
  onClose: () => void
}

const FORM = 'more-filters'

export default function MoreFilters({ search, onSearch, onClose }: MoreFiltersProps) {
  const [draft, setDraft] = useState(search)
  const [minLtv, setMinLtv] = useState(pounds(search.minLtv))
  const [maxLtv, setMaxLtv] = useState(pounds(search.maxLtv))
  const change = (part: Partial<CustomerListSearch>) => setDraft({ ...draft, ...part })
  const wrongMin = minLtv !== '' && !isAmount(minLtv)
  const wrongMax = maxLtv !== '' && !isAmount(maxLtv)

  const apply = () => {
    if (wrongMin || wrongMax) return
    onSearch({ ...draft, minLtv: parseMoney(minLtv), maxLtv: parseMoney(maxLtv), page: undefined })
    onClose()
  }

  return (
    <Modal
      title="More filters"
      onClose={onClose}
      footer={
        <>
          <Button size="sm" variant="outline" onClick={onClose}>
            Cancel
          </Button>
          <Button size="sm" colorPalette="accent" type="submit" form={FORM}>
            Show customers
          </Button>
        </>
      }
    >
      <form
        id={FORM}
        className="form-columns"
        onSubmit={(event) => {
          event.preventDefault()
          apply()
        }}
      >
        <YesNo
          label="E-mail"
          value={draft.verified}
          yes="Verified"
          no="Not verified"
          onChange={(verified) => change({ verified })}
        />
        <YesNo
          label="Open tickets"
          value={draft.openTickets}
          yes="With open tickets"
          no="Without open tickets"
          onChange={(openTickets) => change({ openTickets })}
        />
        <Day
          label="Joined from"
          value={draft.joinedFrom}
          onChange={(joinedFrom) => change({ joinedFrom })}
        />
        <Day
          label="Joined to"
          value={draft.joinedTo}
          onChange={(joinedTo) => change({ joinedTo })}
        />
        <Day
          label="Last order from"
          value={draft.lastOrderFrom}
          onChange={(lastOrderFrom) => change({ lastOrderFrom })}
        />
        <Day
          label="Last order to"
          value={draft.lastOrderTo}
          onChange={(lastOrderTo) => change({ lastOrderTo })}
        />
        <FormField
          label="LTV from"
          error={wrongMin ? 'An amount such as £250 or 250.00' : undefined}
        >
          <Input
            size="sm"
            inputMode="decimal"
            value={minLtv}
            onChange={(event) => setMinLtv(event.target.value)}
          />
        </FormField>
        <FormField label="LTV to" error={wrongMax ? 'An amount such as £250 or 250.00' : undefined}>
          <Input
            size="sm"
            inputMode="decimal"
            value={maxLtv}
            onChange={(event) => setMaxLtv(event.target.value)}
          />
        </FormField>
        <FormField label="City" whole>
          <Input
            size="sm"
            maxLength={100}
            value={draft.city ?? ''}
            onChange={(event) => change({ city: event.target.value || undefined })}
          />
        </FormField>
      </form>
    </Modal>
  )
}

function pounds(pence: number | undefined): string {
  return pence === undefined ? '' : (pence / 100).toFixed(2)
}

function isAmount(text: string): boolean {
  const pence = parseMoney(text)
  return pence !== undefined && pence >= 0
}

interface YesNoProps {
  label: string
  value: boolean | undefined
  yes: string
  no: string
  onChange: (value: boolean | undefined) => void
}

function YesNo({ label, value, yes, no, onChange }: YesNoProps): ReactNode {
  return (
    <FormField label={label}>
      <NativeSelect.Root size="sm">
        <NativeSelect.Field
          value={value === undefined ? '' : String(value)}
          onChange={(event) =>
            onChange(event.target.value === '' ? undefined : event.target.value === 'true')
          }
        >
          <option value="">Any</option>
          <option value="true">{yes}</option>
          <option value="false">{no}</option>
        </NativeSelect.Field>
        <NativeSelect.Indicator />
      </NativeSelect.Root>
    </FormField>
  )
}

interface DayProps {
  label: string
  value: string | undefined
  onChange: (value: string | undefined) => void
}

function Day({ label, value, onChange }: DayProps) {
  return (
    <FormField label={label}>
      <Input
        size="sm"
        type="date"
        value={value ?? ''}
        onChange={(event) => onChange(event.target.value || undefined)}
      />
    </FormField>
  )
}

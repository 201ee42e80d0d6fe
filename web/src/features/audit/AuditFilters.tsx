import { Button, Input, NativeSelect } from '@chakra-ui/react'
import { useQuery } from '@tanstack/react-query'
import { X } from 'lucide-react'
import { listEventActionsOptions, listStaffOptions, readCustomerOptions } from '../../api'
import { useBlocked } from '../../components/permissions'
import { actionInWords, kinds, kindsInWords, type AuditSearch } from './filter'
import type { AuditPageProps } from './AuditPage'

export function AuditFilters({ search, onSearch }: AuditPageProps) {
  const mayNotSeeStaff = useBlocked()('staff.read')
  const staff = useQuery({ ...listStaffOptions(), enabled: mayNotSeeStaff === undefined })
  const actions = useQuery({ ...listEventActionsOptions(), staleTime: 300_000 })
  const change = (part: AuditSearch) => onSearch({ ...search, ...part, event: undefined })
  const { event, ...filter } = search
  const filtered = Object.values<unknown>(filter).some((value) => value !== undefined)

  return (
    <div className="filter-bar" role="search" aria-label="Filter events">
      <Choice
        label="Staff member"
        any="Anybody"
        value={search.staff}
        options={staff.data?.map(({ id, name }) => [id, name] as const) ?? []}
        onChange={(id) => change({ staff: id })}
      />
      <Choice
        label="Kind"
        any="Any kind"
        value={search.kind}
        options={kinds.map((kind) => [kind, kindsInWords[kind]] as const)}
        onChange={(value) => change({ kind: kinds.find((kind) => kind === value) })}
      />
      <Choice
        label="Action"
        any="Any action"
        value={search.action}
        options={actions.data?.map(({ action }) => [action, actionInWords(action)] as const) ?? []}
        onChange={(action) => change({ action })}
      />
      <IpField key={search.ip ?? ''} value={search.ip} onChange={(ip) => change({ ip })} />
      <Day label="From" value={search.from} onChange={(from) => change({ from })} />
      <Day label="To" value={search.to} onChange={(to) => change({ to })} />
      {search.customer ? (
        <CustomerChip
          customerId={search.customer}
          onRemove={() => change({ customer: undefined })}
        />
      ) : null}
      {filtered ? (
        <Button size="xs" variant="ghost" onClick={() => onSearch({})}>
          Clear all
        </Button>
      ) : null}
    </div>
  )
}

interface ChoiceProps {
  label: string
  any: string
  value: string | undefined
  options: readonly (readonly [value: string, label: string])[]
  onChange: (value: string | undefined) => void
}

function Choice({ label, any, value, options, onChange }: ChoiceProps) {
  return (
    <NativeSelect.Root
      size="sm"
      width={{ base: 'full', md: 'auto' }}
      minWidth="36"
      maxWidth={{ md: '48' }}
    >
      <NativeSelect.Field
        aria-label={label}
        value={value ?? ''}
        onChange={(event) => onChange(event.target.value || undefined)}
      >
        <option value="">{any}</option>
        {options.map(([code, words]) => (
          <option key={code} value={code}>
            {words}
          </option>
        ))}
      </NativeSelect.Field>
      <NativeSelect.Indicator />
    </NativeSelect.Root>
  )
}

/** Filters when it is left or Enter is pressed: half an address is none. */
function IpField({
  value,
  onChange,
}: {
  value: string | undefined
  onChange: (value: string | undefined) => void
}) {
  return (
    <Input
      size="sm"
      width={{ base: 'full', md: '40' }}
      aria-label="IP address"
      placeholder="IP address"
      maxLength={45}
      defaultValue={value ?? ''}
      onBlur={({ target }) => {
        const ip = target.value.trim() || undefined
        if (ip !== value) onChange(ip)
      }}
      onKeyDown={({ key, currentTarget }) => {
        if (key === 'Enter') currentTarget.blur()
      }}
    />
  )
}

interface DayProps {
  label: string
  value: string | undefined
  onChange: (value: string | undefined) => void
}

function Day({ label, value, onChange }: DayProps) {
  return (
    <label className="inline-field">
      <span className="muted">{label}</span>
      <Input
        size="sm"
        type="date"
        width="36"
        value={value ?? ''}
        onChange={(event) => onChange(event.target.value || undefined)}
      />
    </label>
  )
}

function CustomerChip({ customerId, onRemove }: { customerId: string; onRemove: () => void }) {
  const { data } = useQuery(readCustomerOptions({ path: { id: customerId } }))
  const name = data?.name ?? 'one customer'
  return (
    <span className="chip">
      <span className="truncate">Customer: {name}</span>
      <button type="button" aria-label={`Remove filter customer ${name}`} onClick={onRemove}>
        <X size={14} aria-hidden="true" />
      </button>
    </span>
  )
}

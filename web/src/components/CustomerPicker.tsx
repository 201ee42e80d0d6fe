import { Input } from '@chakra-ui/react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useDeferredValue, useState } from 'react'
import { listCustomersOptions } from '../api'
import { FormField } from '../ui/Field'

const HOW_MANY = 5
const SHORTEST = 2

/** Finds a customer by what they have told us; nobody chosen is an answer too. */
export function CustomerPicker(props: {
  value: string
  onChange: (id: string) => void
  error?: string | undefined
  /** What to do when nobody is found. */
  help: string
  label?: string
  /** Who is not offered. */
  except?: string
}) {
  const [typed, setTyped] = useState('')
  const search = useDeferredValue(typed.trim())
  const found = useQuery({
    ...listCustomersOptions({ query: { search, page: 1, limit: HOW_MANY } }),
    enabled: search.length >= SHORTEST,
    placeholderData: keepPreviousData,
  })
  const people =
    search.length < SHORTEST
      ? undefined
      : found.data?.customers.filter(({ id }) => id !== props.except)
  return (
    <>
      <FormField label={props.label ?? 'Customer'} error={props.error} help={props.help}>
        <Input
          type="search"
          autoComplete="off"
          placeholder="Name, e-mail, phone, postcode or booking"
          value={typed}
          onChange={({ target }) => {
            setTyped(target.value)
            props.onChange('')
          }}
        />
      </FormField>
      {people ? (
        <fieldset className="choices">
          <legend className="visually-hidden">Customers found</legend>
          {people.length === 0 ? <p className="muted">Nobody is found by this.</p> : null}
          {people.map(({ id, name, email, phone }) => (
            <label key={id} className="choice">
              <span className="truncate" dir="auto">
                {name} <span className="muted small">{email ?? phone}</span>
              </span>
              <input
                type="radio"
                name="customer"
                checked={props.value === id}
                onChange={() => props.onChange(id)}
              />
            </label>
          ))}
        </fieldset>
      ) : null}
    </>
  )
}

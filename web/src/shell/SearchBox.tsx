import { useNavigate } from '@tanstack/react-router'
import { Search } from 'lucide-react'
import { useRef, useState } from 'react'
import { useSingleKey } from '../ui/single-key'

/** The one search of the top bar. A slash anywhere outside a field puts the cursor in it. */
export function SearchBox() {
  const navigate = useNavigate()
  const input = useRef<HTMLInputElement>(null)
  const [text, setText] = useState('')

  useSingleKey('/', () => {
    input.current?.focus()
    input.current?.select()
  })

  return (
    <search className="top-search">
      <form
        onSubmit={(event) => {
          event.preventDefault()
          const search = text.trim()
          if (search === '') return
          input.current?.blur()
          void navigate({ to: '/admin/customers', search: { search } })
          setText('')
        }}
      >
        <Search size={16} aria-hidden="true" />
        <input
          ref={input}
          type="search"
          enterKeyHint="search"
          aria-label="Search customers"
          aria-keyshortcuts="/"
          placeholder="Name, e-mail, phone, postcode, booking"
          maxLength={200}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') event.currentTarget.blur()
          }}
        />
        <kbd aria-hidden="true">/</kbd>
      </form>
    </search>
  )
}

import { Button } from '@chakra-ui/react'
import { ChevronLeft, ChevronRight } from 'lucide-react'
import { useState } from 'react'
import { formatCount } from '../ui/format'
import { LoneInput } from '../ui/lone'

interface PagerProps {
  page: number
  pages: number
  limit: number
  total: number
  /** How many rows this page really has. */
  shown: number
  onPage: (page: number) => void
}

/** `26 to 50 of 103,412`, with the neighbours and a box for any other page. */
export function Pager({ page, pages, limit, total, shown, onPage }: PagerProps) {
  const first = (page - 1) * limit + 1
  return (
    <nav className="pager" aria-label="Pages">
      <span className="muted" role="status">
        {shown === 0
          ? `0 of ${formatCount(total)}`
          : `${formatCount(first)} to ${formatCount(first + shown - 1)} of ${formatCount(total)}`}
      </span>
      <div className="row tight">
        <PageBox key={page} page={page} pages={pages} onPage={onPage} />
        <Button size="xs" variant="outline" disabled={page <= 1} onClick={() => onPage(page - 1)}>
          <ChevronLeft aria-hidden="true" />
          Previous
        </Button>
        <Button
          size="xs"
          variant="outline"
          disabled={page >= pages}
          onClick={() => onPage(page + 1)}
        >
          Next
          <ChevronRight aria-hidden="true" />
        </Button>
      </div>
    </nav>
  )
}

function PageBox({ page, pages, onPage }: Pick<PagerProps, 'page' | 'pages' | 'onPage'>) {
  const [text, setText] = useState(String(page))
  const go = () => {
    const asked = Math.min(Math.max(Math.trunc(Number(text)) || page, 1), Math.max(pages, 1))
    setText(String(asked))
    if (asked !== page) onPage(asked)
  }
  return (
    <form
      className="row tight"
      onSubmit={(event) => {
        event.preventDefault()
        go()
      }}
    >
      <span className="muted" aria-hidden="true">
        Page
      </span>
      <LoneInput
        aria-label="Page"
        size="xs"
        width="16"
        inputMode="numeric"
        value={text}
        onChange={(event) => setText(event.target.value.replace(/\D/g, '').slice(0, 9))}
        onBlur={go}
      />
      <span className="muted">of {formatCount(Math.max(pages, 1))}</span>
    </form>
  )
}

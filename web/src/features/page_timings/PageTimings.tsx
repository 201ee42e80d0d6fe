import { NativeSelect } from '@chakra-ui/react'
import { useQuery } from '@tanstack/react-query'
import { Check, Gauge, TriangleAlert, X, type LucideIcon } from 'lucide-react'
import { useState } from 'react'
import {
  asProblem,
  readPageTimingsOptions,
  type TimingFigure,
  type PageTiming,
  type TimingRating,
} from '../../api'
import { Badge, type Tone } from '../../ui/Badge'
import { formatCount } from '../../ui/format'
import { Section } from '../../ui/Section'
import { SkeletonLines } from '../../ui/Skeleton'
import { EmptyState, ErrorState } from '../../ui/states'
import { inSeconds, inShare, pageInWords } from './words'

const spans = [1, 7, 28] as const

const metrics = [
  {
    name: 'lcp',
    label: 'Main part stands',
    help: 'LCP: until the largest part of the page stands after it was asked for. Good up to 2.5 s.',
    words: inSeconds,
  },
  {
    name: 'inp',
    label: 'Answers an act',
    help: 'INP: from a click or key to the picture that answers it, the slowest of a visit. Good up to 0.2 s.',
    words: inSeconds,
  },
  {
    name: 'cls',
    label: 'Moves by itself',
    help: 'CLS: how much of the page moved under the reader. Good up to 0.1.',
    words: inShare,
  },
] as const

const ratings: Record<TimingRating, { tone: Tone; icon: LucideIcon; label: string }> = {
  good: { tone: 'green', icon: Check, label: 'Good' },
  needs_work: { tone: 'amber', icon: TriangleAlert, label: 'Needs work' },
  poor: { tone: 'red', icon: X, label: 'Poor' },
}

/** How fast pages are for the people in front of them. */
export function PageTimings() {
  const [days, setDays] = useState<number>(7)
  const query = useQuery({
    ...readPageTimingsOptions({ query: { days } }),
    placeholderData: (before) => before,
  })
  const pages = query.data?.pages

  return (
    <>
      <Section
        title="How fast pages are"
        flush
        actions={
          <NativeSelect.Root size="sm" width="auto">
            <NativeSelect.Field
              aria-label="Over which time"
              value={days}
              onChange={({ target }) => setDays(Number(target.value))}
            >
              {spans.map((span) => (
                <option key={span} value={span}>
                  {span === 1 ? 'Today' : `Latest ${span} days`}
                </option>
              ))}
            </NativeSelect.Field>
            <NativeSelect.Indicator />
          </NativeSelect.Root>
        }
      >
        {query.isError && !pages ? (
          <ErrorState failure={asProblem(query.error)} onRetry={() => void query.refetch()} />
        ) : !pages ? (
          <div className="section-body">
            <SkeletonLines lines={5} />
          </div>
        ) : pages.length === 0 ? (
          <EmptyState icon={Gauge} title="Nothing was measured yet">
            Browsers tell how long pages took when they are left. Come back after somebody has
            worked for a while.
          </EmptyState>
        ) : (
          <Timings pages={pages} />
        )}
      </Section>
      <p className="muted">
        What three of four visits were at most, as browsers measured it. Counts only: nothing tells
        who visited, or whose page it was.
      </p>
    </>
  )
}

function Timings({ pages }: { pages: PageTiming[] }) {
  return (
    <div className="table-frame">
      <table className="data-table" aria-label="How fast pages are">
        <thead>
          <tr>
            <th scope="col">Page</th>
            {metrics.map(({ name, label, help }) => (
              <th key={name} scope="col" title={help}>
                {label}
              </th>
            ))}
            <th scope="col" className="number">
              Visits
            </th>
          </tr>
        </thead>
        <tbody>
          {pages.map((page) => (
            <tr key={page.page}>
              <th scope="row">{pageInWords(page.page)}</th>
              {metrics.map(({ name, words }) => (
                <td key={name}>
                  <Measured figure={page[name]} words={words} />
                </td>
              ))}
              <td className="number">
                {formatCount(Math.max(...metrics.map(({ name }) => page[name]?.measured ?? 0)))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Measured({
  figure,
  words,
}: {
  figure: TimingFigure | null | undefined
  words: (value: number) => string
}) {
  if (!figure) return <span className="muted">Not measured</span>
  const { tone, icon, label } = ratings[figure.rating]
  return (
    <span className="row">
      {words(figure.most)}
      <Badge tone={tone} icon={icon}>
        {label}
      </Badge>
    </span>
  )
}

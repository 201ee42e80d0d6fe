import type { DataRequestCase } from '../../api'
import { formatDate } from '../../ui/format'
import { Section } from '../../ui/Section'
import { SkeletonLines } from '../../ui/Skeleton'
import { daysInWords } from './words'

/** Why the answer is due when it is, day by day, each with its legal source. */
export function ClockSection({ request }: { request: DataRequestCase | undefined }) {
  return (
    <Section title="Why this date" flush>
      {request ? (
        <>
          <p className="section-body">{inShort(request)}</p>
          <ol className="timeline" aria-label="How the date is reckoned">
            {request.clock.map(({ on, text, source }, at) => (
              <li key={at} className="clock-step">
                <time dateTime={on}>{formatDate(on)}</time>
                <span>{text}</span>
                {source ? <span className="subtle small">{source}</span> : null}
              </li>
            ))}
          </ol>
        </>
      ) : (
        <div className="section-body">
          <SkeletonLines lines={4} />
        </div>
      )}
    </Section>
  )
}

function inShort({ outcome, answeredOn, dueOn, daysLeft, kind, acknowledgedOn }: DataRequestCase) {
  if (outcome === 'withdrawn') return 'Withdrawn: nothing is due any more.'
  if (outcome && answeredOn) {
    if (!dueOn) return `Answered on ${formatDate(answeredOn)}, before the month had begun.`
    return answeredOn <= dueOn
      ? `Answered on ${formatDate(answeredOn)}, in time: it was due by ${formatDate(dueOn)}.`
      : `Answered on ${formatDate(answeredOn)}, late: it was due by ${formatDate(dueOn)}.`
  }
  if (!dueOn || daysLeft === undefined || daysLeft === null) {
    return 'The clock stands still: we wait for the person who asks.'
  }
  const what = kind === 'complaint' && !acknowledgedOn ? 'To be acknowledged' : 'To be answered'
  return `${what} by ${formatDate(dueOn)}: ${daysInWords(daysLeft)}.`
}

import { Link } from '@tanstack/react-router'
import type { CreditBalance, CreditLot } from '../../api'
import { formatShortDate } from '../../ui/format'
import { Money } from '../../ui/Money'
import { RelativeTime } from '../../ui/RelativeTime'
import { creditReasons, creditUses } from './words'

/** The credit a customer was given, lot by lot, and what became of it. */
export function CreditLots({ credit }: { credit: CreditBalance }) {
  if (credit.lots.length === 0) {
    return <p className="muted">No store credit was ever given.</p>
  }
  return (
    <ul className="stack" aria-label="Store credit">
      {credit.lots.map((lot) => (
        <li key={lot.id} className="note-text">
          <p className="row between">
            <span>
              {creditReasons[lot.reason]}
              {lot.notes ? <span dir="auto">: {lot.notes}</span> : null}
            </span>
            <span>
              <Money pence={lot.remaining} /> <span className="subtle">of</span>{' '}
              <Money pence={lot.amount} />
            </span>
          </p>
          <p className="subtle small">
            {lot.issuedBy ?? 'The system'}, <RelativeTime at={lot.createdAt} />
            {lot.expiresOn ? `, until ${formatShortDate(lot.expiresOn)}` : ''}
          </p>
          <Uses uses={lot.uses} />
        </li>
      ))}
    </ul>
  )
}

function Uses({ uses }: Pick<CreditLot, 'uses'>) {
  return uses.map((use) => (
    <p key={`${use.kind}${use.createdAt}${use.amount}`} className="small">
      {creditUses[use.kind]} <Money pence={use.amount} />
      {use.bookingId ? (
        <>
          {' '}
          on{' '}
          <Link
            to="."
            search={{ booking: use.bookingId }}
            className="text-link"
            resetScroll={false}
          >
            {use.bookingReference ?? 'a booking'}
          </Link>
        </>
      ) : null}
      {use.usedBy ? `, ${use.usedBy}` : ''}, <RelativeTime at={use.createdAt} />
    </p>
  ))
}

import { Link } from '@tanstack/react-router'
import type { DataRequestCase } from '../../api'
import { ErasureBadge } from '../../components/erasure-state'
import { useMe } from '../../components/me'
import { formatDateTime } from '../../ui/format'
import { Section } from '../../ui/Section'

/** Where erasure was asked for: how far it is, and from where it is done. */
export function RequestedErasure({ request }: { request: DataRequestCase }) {
  const mayRead = useMe().permissions.includes('erasure.read')
  const { kind, customerId, erasure, proposal, outcome } = request
  if (kind !== 'erasure' || !customerId || proposal === 'refuse') return null
  const over = outcome === 'withdrawn' || outcome === 'refused'
  return (
    <Section
      title="The erasure"
      actions={
        <Link
          to="/admin/customers/$customerId/privacy"
          params={{ customerId }}
          className="text-link"
        >
          {erasure || over ? 'Go to the erasure' : 'Plan the erasure'}
        </Link>
      }
    >
      {erasure ? (
        <div className="stack tight">
          <div className="row tight">
            <ErasureBadge state={erasure.state} />
            <span className="small subtle">
              {erasure.finishedAt
                ? formatDateTime(erasure.finishedAt)
                : `Planned ${formatDateTime(erasure.plannedAt)}`}
            </span>
          </div>
          {erasure.state === 'done' ? (
            <p>
              {mayRead ? (
                <a href={`/api/admin/erasures/${erasure.id}/certificate`} className="text-link">
                  Certificate of erasure (PDF)
                </a>
              ) : (
                'Operations, a reviewer or a superadmin can save the certificate of erasure.'
              )}{' '}
              <span className="muted">
                Send it from the correspondence you have with the person: their address is known
                here no longer.
              </span>
            </p>
          ) : null}
        </div>
      ) : (
        <p className="muted">
          Not planned yet. The answer can be marked as sent once the customer is erased.
        </p>
      )}
    </Section>
  )
}

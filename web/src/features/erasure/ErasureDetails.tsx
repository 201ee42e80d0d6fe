import type { CustomerErasure, ErasureCertificate, ScanReport } from '../../api'
import { formatDate, formatDateTime, formatMoney, plural } from '../../ui/format'
import { Facts } from '../../ui/Section'
import { Callout } from '../../ui/states'

/** The plan, and once it was carried out what proves it. */
export default function ErasureDetails({ erasure }: { erasure: CustomerErasure }) {
  const { plan, certificate, scan } = erasure
  return (
    <div className="stack">
      <Facts
        facts={[
          ['Reason', erasure.reason ? <span dir="auto">{erasure.reason}</span> : undefined],
          [
            'Planned',
            byAndAt(erasure.plannedByName ?? 'the ledger of erasures', erasure.plannedAt),
          ],
          [
            'Approved',
            erasure.approvedAt ? byAndAt(erasure.approvedByName, erasure.approvedAt) : undefined,
          ],
          ['Finished', erasure.finishedAt ? formatDateTime(erasure.finishedAt) : undefined],
        ]}
      />
      {scan ? <Scan scan={scan} /> : null}
      {certificate ? <Certificate certificate={certificate} /> : null}
      <List
        label={certificate ? 'What went' : 'What goes'}
        rows={[
          ...plan.goes.map(({ what, rows }) => ({ what, aside: plural(rows, 'record') })),
          {
            what: 'What was changed, in the audit trail: with its key',
            aside: plural(plan.values, 'value'),
          },
        ]}
      />
      <List
        label={certificate ? 'What stayed' : 'What stays'}
        rows={plan.stays.map(({ what, why, until }) => ({
          what,
          why,
          aside: until ? `until ${formatDate(until)}` : 'as long as the trail',
        }))}
      />
    </div>
  )
}

function byAndAt(name: string | null | undefined, at: string) {
  return `by ${name ?? 'somebody'}, ${formatDateTime(at)}`
}

function Scan({ scan }: { scan: ScanReport }) {
  const looked = `${plural(scan.rows, 'record')} in ${plural(scan.tables, 'table')} were looked through for ${plural(scan.identifiers, 'identifier')}.`
  if (scan.found.length === 0)
    return (
      <Callout tone="info">
        <p>Nothing of the person was found. {looked}</p>
        {scan.withOthers.length > 0 ? (
          <p className="small">
            Other customers have the same e-mail address or phone number and keep theirs:{' '}
            {scan.withOthers.map(({ table, rows }) => `${table} (${String(rows)})`).join(', ')}.
          </p>
        ) : null}
      </Callout>
    )
  return (
    <Callout tone="error">
      <p>Something of the person is still there. {looked}</p>
      <ul className="card-list">
        {scan.found.map(({ table, rows, ids }) => (
          <li key={table}>
            {table}: {plural(rows, 'record')} {ids.length > 0 ? `(${ids.join(', ')})` : ''}
          </li>
        ))}
      </ul>
    </Callout>
  )
}

function Certificate({ certificate }: { certificate: ErasureCertificate }) {
  const { booksBefore: before, booksAfter: after } = certificate
  const file = new Blob([JSON.stringify(certificate, null, 2)], { type: 'application/json' })
  const download = () => {
    const link = document.createElement('a')
    link.href = URL.createObjectURL(file)
    link.download = `erasure-certificate-${certificate.erasureId}.json`
    link.click()
    URL.revokeObjectURL(link.href)
  }
  return (
    <Facts
      facts={[
        [
          'Books',
          certificate.booksEqual
            ? `The same before and after: ${formatMoney(after.captured)} taken, ${formatMoney(after.refunded)} refunded, ${plural(after.transfers, 'entry', 'entries')}`
            : `They differ: lifetime value ${formatMoney(before.ltv)} before, ${formatMoney(after.ltv)} after`,
        ],
        ['Keys destroyed', certificate.keysDestroyed],
        [
          'Audit trail',
          certificate.auditSeal ? (
            <span className="request-id" style={{ overflowWrap: 'anywhere' }}>
              seal {certificate.auditSeal}, {certificate.auditChain}
            </span>
          ) : undefined,
        ],
        [
          'Certificate',
          <span key="file" className="row">
            <a
              href={`/api/admin/erasures/${certificate.erasureId}/certificate`}
              className="text-link"
            >
              For the person, as PDF
            </a>
            <button type="button" className="text-link" onClick={download}>
              For programs, as JSON
            </button>
          </span>,
        ],
      ]}
    />
  )
}

/** Few rows with long words: each as a block, so that a phone shows them whole. */
function List(props: { label: string; rows: { what: string; why?: string; aside: string }[] }) {
  return (
    <section aria-label={props.label}>
      <h3 className="small subtle">{props.label}</h3>
      <ul className="card-list">
        {props.rows.map(({ what, why, aside }) => (
          <li key={what}>
            <div className="row between">
              <span>{what}</span>
              <span className="subtle small">{aside}</span>
            </div>
            {why ? <p className="small subtle">{why}</p> : null}
          </li>
        ))}
      </ul>
    </section>
  )
}

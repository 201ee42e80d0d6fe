import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { FileText } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { asProblem, listCustomerInvoicesOptions, listMailsOptions, type Invoice } from '../../api'
import { useMe } from '../../components/me'
import { useBlocked } from '../../components/permissions'
import { useStanding } from '../../components/standing'
import { ActButton } from '../../ui/ActButton'
import { Money } from '../../ui/Money'
import { RelativeTime } from '../../ui/RelativeTime'
import { Section } from '../../ui/Section'
import { SkeletonLines } from '../../ui/Skeleton'
import { EmptyState, ErrorState } from '../../ui/states'
import { mailInWords } from './words'

const MailPanel = lazy(() => import('./MailPanel'))

/** The invoices of a customer, and what became of the mails that carried them. */
export function Invoices({ customerId }: { customerId: string }) {
  const blocked = useBlocked()
  const navigate = useNavigate()
  const standing = useStanding(customerId)
  return (
    <Section
      title="Invoices"
      flush
      actions={
        <ActButton
          size="xs"
          variant="outline"
          blocked={blocked('invoice.send', standing)}
          onClick={() => void navigate({ to: '.', search: { act: 'invoice' }, resetScroll: false })}
        >
          Send invoice
        </ActButton>
      }
    >
      <InvoiceList customerId={customerId} />
    </Section>
  )
}

function InvoiceList({ customerId }: { customerId: string }) {
  const invoices = useQuery(listCustomerInvoicesOptions({ path: { id: customerId } }))
  const me = useMe()
  const [shown, setShown] = useState<string>()
  const mails = useQuery({
    ...listMailsOptions({ query: { customerId } }),
    enabled: me.permissions.includes('mail.read'),
  })
  if (invoices.isError && !invoices.data) {
    return (
      <ErrorState failure={asProblem(invoices.error)} onRetry={() => void invoices.refetch()} />
    )
  }
  if (!invoices.data) {
    return (
      <div className="section-body">
        <SkeletonLines lines={2} />
      </div>
    )
  }
  if (invoices.data.length === 0) {
    return (
      <EmptyState icon={FileText} title="No invoices">
        An invoice gets its number when it is sent for the first time.
      </EmptyState>
    )
  }
  const sent = (invoice: Invoice) =>
    mails.data?.mails.filter(({ invoiceId }) => invoiceId === invoice.id) ?? []
  const open = mails.data?.mails.find(({ id }) => id === shown)
  return (
    <>
      <ul className="card-list" aria-label="Invoices">
        {invoices.data.map((invoice) => (
          <li key={invoice.id}>
            <div className="row between">
              <a
                href={`/api/admin/invoices/${invoice.id}/pdf`}
                className="text-link"
                target="_blank"
                rel="noreferrer"
              >
                Invoice {invoice.number} (PDF)
              </a>
              <span className="subtle small">
                <RelativeTime at={invoice.issuedAt} />
              </span>
            </div>
            <p>
              {invoice.bookingReference}, <Money pence={invoice.total} />, still to be paid{' '}
              <Money pence={invoice.money.balance} />
            </p>
            {sent(invoice).map((mail) => (
              <p key={mail.id} className="small">
                <button
                  type="button"
                  className="text-link"
                  aria-haspopup="dialog"
                  onClick={() => setShown(mail.id)}
                >
                  {mailInWords(mail)}
                </button>{' '}
                <RelativeTime at={mail.sentAt ?? mail.createdAt} />
              </p>
            ))}
          </li>
        ))}
      </ul>
      <Suspense fallback={null}>
        {open ? (
          <MailPanel
            customerId={customerId}
            mail={open}
            onRetried={() => void mails.refetch()}
            onClose={() => setShown(undefined)}
          />
        ) : null}
      </Suspense>
    </>
  )
}

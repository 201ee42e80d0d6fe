import { useMutation, useQueryClient } from '@tanstack/react-query'
import { asProblem, retryMail, type Mail } from '../../api'
import { useBlocked } from '../../components/permissions'
import { refreshCustomer } from '../../components/refresh-customer'
import { toastDone } from '../../components/toast'
import { ActButton } from '../../ui/ActButton'
import { formatDateTime, formatSize } from '../../ui/format'
import { Facts } from '../../ui/Section'
import Sheet from '../../ui/Sheet'
import { Callout } from '../../ui/states'
import { mailInWords } from './words'

interface MailPanelProps {
  customerId: string
  mail: Mail
  onRetried: () => void
  onClose: () => void
}

/** A mail as it was written, sent or not, and the way to send it once more. */
export default function MailPanel({ customerId, mail, onRetried, onClose }: MailPanelProps) {
  const queryClient = useQueryClient()
  const blocked = useBlocked()
  const again = useMutation({
    mutationFn: () => retryMail({ path: { id: mail.id }, throwOnError: true }),
    onSuccess: () => {
      toastDone(`On its way to ${mail.toAddress} again`)
      onRetried()
      onClose()
    },
    onSettled: () => refreshCustomer(queryClient, customerId),
  })
  const waits = mail.state === 'failed' || mail.state === 'outbox'
  return (
    <Sheet
      title={mail.subject}
      onClose={onClose}
      footer={
        waits ? (
          <ActButton
            size="sm"
            variant="outline"
            blocked={blocked('mail.send')}
            aria-busy={again.isPending}
            onClick={() => {
              if (!again.isPending) again.mutate()
            }}
          >
            Send again
          </ActButton>
        ) : null
      }
    >
      <div className="stack">
        {again.error ? <Callout tone="error">{asProblem(again.error).detail}</Callout> : null}
        <p>{mailInWords(mail)}</p>
        <Facts
          facts={[
            ['To', mail.toName ? `${mail.toName}, ${mail.toAddress}` : mail.toAddress],
            ['Written', formatDateTime(mail.createdAt)],
            ['By', mail.createdByName],
            ['Sent', mail.sentAt ? formatDateTime(mail.sentAt) : undefined],
            [
              'Attached',
              mail.attachments
                .map(({ fileName, size }) => `${fileName} (${formatSize(size)})`)
                .join(', '),
            ],
          ]}
        />
        <p className="pre-line" dir="auto">
          {mail.bodyText}
        </p>
      </div>
    </Sheet>
  )
}

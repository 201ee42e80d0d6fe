import { useQuery, useQueryClient } from '@tanstack/react-query'
import { listDismissalsOptions, withdrawDismissal, type Dismissal } from '../../api'
import { useBlocked } from '../../components/permissions'
import { toastDone, toastProblem } from '../../components/toast'
import { ActButton } from '../../ui/ActButton'
import { formatDateTime } from '../../ui/format'
import { Section } from '../../ui/Section'
import { refreshDuplicates } from './refresh'

/** Pairs that are not the same person, by whom and why; each can be taken back. */
export function Dismissals() {
  const { data } = useQuery(listDismissalsOptions())
  const queryClient = useQueryClient()
  const blocked = useBlocked()
  if (!data || data.dismissals.length === 0) return null

  const withdraw = async ({ id }: Dismissal) => {
    try {
      await withdrawDismissal({ path: { id }, throwOnError: true })
      toastDone('Shown as duplicates again')
    } catch (error) {
      toastProblem(error)
    } finally {
      void refreshDuplicates(queryClient)
    }
  }

  return (
    <Section title="Not the same person">
      <ul className="stack" aria-label="Not the same person">
        {data.dismissals.map((dismissal) => (
          <li key={dismissal.id} className="row between">
            <div>
              <p>
                <strong dir="auto">{dismissal.oneName}</strong> and{' '}
                <strong dir="auto">{dismissal.otherName}</strong>
              </p>
              <p className="small subtle">
                {dismissal.dismissedByName}, {formatDateTime(dismissal.dismissedAt)}:{' '}
                <span dir="auto">{dismissal.reason}</span>
              </p>
            </div>
            <ActButton
              size="xs"
              variant="outline"
              aria-label={`Look again at ${dismissal.oneName} and ${dismissal.otherName}`}
              blocked={blocked('customer.merge')}
              onClick={() => void withdraw(dismissal)}
            >
              Look again
            </ActButton>
          </li>
        ))}
      </ul>
    </Section>
  )
}

import { Button } from '@chakra-ui/react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState, type SubmitEvent } from 'react'
import { asProblem, beginTotp, confirmTotpMutation } from '../api'
import { CopyButton } from '../ui/CopyButton'
import { SkeletonLines } from '../ui/Skeleton'
import { Callout, ErrorState, RequestId } from '../ui/states'
import { CodeField } from './CodeField'

/** Adds an authenticator app: a code to scan, or a secret to type, and the first code back. */
export function TotpSetup({ onAdded }: { onAdded: (codes: string[] | undefined) => void }) {
  const begun = useQuery({
    queryKey: ['beginTotp'],
    queryFn: async ({ signal }) => (await beginTotp({ signal, throwOnError: true })).data,
    staleTime: Infinity,
    gcTime: 0,
    retry: false,
  })
  const [code, setCode] = useState('')
  const confirm = useMutation({
    ...confirmTotpMutation(),
    onSuccess: ({ recoveryCodes }) => onAdded(recoveryCodes ?? undefined),
  })
  const problem = confirm.isError ? asProblem(confirm.error) : undefined

  if (begun.isError) {
    return <ErrorState failure={asProblem(begun.error)} onRetry={() => void begun.refetch()} />
  }
  if (!begun.data) return <SkeletonLines lines={6} />
  const { secret, qrSvg, enrolment } = begun.data

  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (!confirm.isPending) confirm.mutate({ body: { enrolment, code } })
  }
  return (
    <form className="form" onSubmit={submit}>
      {problem && problem.field !== 'code' ? (
        <Callout tone="error">
          {problem.detail}
          <RequestId id={problem.requestId} />
        </Callout>
      ) : null}
      <p>Scan this with an authenticator app, such as the one of your password manager.</p>
      <img
        className="qr"
        src={`data:image/svg+xml,${encodeURIComponent(qrSvg)}`}
        alt="QR code for the authenticator app"
      />
      <p className="muted small">No camera at hand? Type this secret into the app instead:</p>
      <div className="one-time-link">
        <span>{secret.match(/.{1,4}/g)?.join(' ')}</span>
        <CopyButton text={secret} what="secret" />
      </div>
      <CodeField
        inputMode="numeric"
        error={problem?.field === 'code' ? problem.detail : undefined}
        help="The six digits that the app shows now."
        value={code}
        onChange={(event) => setCode(event.target.value)}
      />
      <Button type="submit" colorPalette="accent" aria-busy={confirm.isPending}>
        {confirm.isPending ? 'One moment…' : 'Add authenticator app'}
      </Button>
    </form>
  )
}

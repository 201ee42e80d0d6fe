import { Button, Input } from '@chakra-ui/react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useEffect, useId, useRef, useState, type SubmitEvent } from 'react'
import { asProblem, proveIdentity, proveIdentityMutation, readOwnFactorsOptions } from '../api'
import { FormField } from '../ui/Field'
import Modal from '../ui/Modal'
import { SkeletonLines } from '../ui/Skeleton'
import { Callout, ErrorState, RequestId } from '../ui/states'
import { CodeField } from './CodeField'
import { passkeyTrouble, signWithPasskey } from './passkey'

/** Asks for the password or a code before something dangerous is done. */
export default function ProofDialog({ onAnswer }: { onAnswer: (proven: boolean) => void }) {
  const id = useId()
  const factors = useQuery(readOwnFactorsOptions())
  const [chosen, setChosen] = useState<'password' | 'code'>()
  const [text, setText] = useState('')
  const prove = useMutation({ ...proveIdentityMutation(), onSuccess: () => onAnswer(true) })
  const withPasskey = useMutation({
    mutationFn: async () => {
      try {
        await proveIdentity({ body: { passkey: await signWithPasskey() }, throwOnError: true })
      } catch (error) {
        throw passkeyTrouble(error)
      }
    },
    onSuccess: () => onAnswer(true),
  })
  const problem = prove.isError ? asProblem(prove.error) : undefined
  const hasCode = factors.data?.totpAddedAt !== undefined
  const way = chosen ?? (factors.data?.hasPassword ? 'password' : 'code')
  const field = useRef<HTMLInputElement>(null)
  const isReady = factors.isSuccess
  // The field comes after the dialog: focus has gone elsewhere by then.
  useEffect(() => field.current?.focus(), [isReady, way])
  const error = problem?.field === undefined ? undefined : problem.detail

  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (!prove.isPending) prove.mutate({ body: { [way]: text } })
  }
  const choose = (next: typeof way) => {
    setChosen(next)
    setText('')
    prove.reset()
  }

  return (
    <Modal
      title="Is it you?"
      size="sm"
      onClose={() => onAnswer(false)}
      footer={
        <>
          <Button size="sm" variant="outline" onClick={() => onAnswer(false)}>
            Cancel
          </Button>
          <Button
            size="sm"
            type="submit"
            form={id}
            colorPalette="accent"
            aria-disabled={prove.isPending}
          >
            {prove.isPending ? 'One moment…' : 'Continue'}
          </Button>
        </>
      }
    >
      {factors.isError ? (
        <ErrorState failure={asProblem(factors.error)} onRetry={() => void factors.refetch()} />
      ) : !factors.data ? (
        <SkeletonLines lines={3} />
      ) : (
        <form id={id} className="form" onSubmit={submit}>
          <p className="muted">
            This cannot easily be undone, so show again who you are. You are not asked again for a
            while.
          </p>
          {problem && error === undefined ? (
            <Callout tone="error">
              {problem.detail}
              <RequestId id={problem.requestId} />
            </Callout>
          ) : null}
          {withPasskey.isError ? (
            <Callout tone="error">{asProblem(withPasskey.error).detail}</Callout>
          ) : null}
          {factors.data.passkeys > 0 ? (
            <Button variant="outline" onClick={() => withPasskey.mutate()}>
              Use a passkey
            </Button>
          ) : null}
          {way === 'password' ? (
            <FormField label="Password" error={error}>
              <Input
                ref={field}
                type="password"
                autoComplete="current-password"
                required
                maxLength={256}
                value={text}
                onChange={(event) => setText(event.target.value)}
              />
            </FormField>
          ) : (
            <CodeField
              ref={field}
              error={error}
              help="Six digits of your authenticator app, or a recovery code."
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          )}
          {hasCode && factors.data.hasPassword ? (
            <button
              type="button"
              className="link-button"
              onClick={() => choose(way === 'password' ? 'code' : 'password')}
            >
              {way === 'password' ? 'Use a code instead' : 'Use the password instead'}
            </button>
          ) : null}
        </form>
      )}
    </Modal>
  )
}

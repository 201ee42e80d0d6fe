import { Button } from '@chakra-ui/react'
import { useMutation } from '@tanstack/react-query'
import { useEffect, useRef, useState, type SubmitEvent } from 'react'
import {
  asProblem,
  completeSignInMutation,
  signInWithPasskey,
  type Me,
  type SecondFactor,
} from '../api'
import { CodeField } from '../components/CodeField'
import { passkeyTrouble, signWithPasskey } from '../components/passkey'
import { plural } from '../ui/format'
import { Callout, RequestId } from '../ui/states'

interface CodeFormProps {
  methods: readonly SecondFactor[]
  onSignedIn: (me: Me) => void
  onBack: () => void
}

/** The second step of signing in. */
export function CodeForm({ methods, onSignedIn, onBack }: CodeFormProps) {
  const [code, setCode] = useState('')
  const field = useRef<HTMLInputElement>(null)
  // The form before has gone, and its focus with it.
  useEffect(() => field.current?.focus(), [])
  const complete = useMutation({ ...completeSignInMutation(), onSuccess: onSignedIn })
  const withPasskey = useMutation({
    mutationFn: async () => {
      try {
        const body = await signWithPasskey()
        return (await signInWithPasskey({ body, throwOnError: true })).data
      } catch (error) {
        throw passkeyTrouble(error)
      }
    },
    onSuccess: onSignedIn,
  })
  const failure = complete.error ?? withPasskey.error

  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (!complete.isPending) complete.mutate({ body: { code } })
  }
  return (
    <form className="form" onSubmit={submit}>
      {failure ? <CodeError error={failure} /> : null}
      <CodeField
        ref={field}
        help={
          methods.includes('totp')
            ? 'Six digits of your authenticator app, or one of your recovery codes.'
            : 'One of your recovery codes, if the passkey is not at hand.'
        }
        value={code}
        onChange={(event) => setCode(event.target.value)}
      />
      <Button type="submit" colorPalette="accent" aria-busy={complete.isPending}>
        {complete.isPending ? 'Signing in…' : 'Continue'}
      </Button>
      {methods.includes('passkey') ? (
        <Button
          variant="outline"
          aria-busy={withPasskey.isPending}
          onClick={() => {
            complete.reset()
            withPasskey.mutate()
          }}
        >
          Use a passkey
        </Button>
      ) : null}
      <Button variant="outline" onClick={onBack}>
        Begin again
      </Button>
      <p className="muted small">
        Lost both? A superadmin can reset your second factor on the page Staff.
      </p>
    </form>
  )
}

function CodeError({ error }: { error: unknown }) {
  const problem = asProblem(error)
  if (problem.status === 429) {
    const wait = problem.retryAfter === undefined ? 'a while' : plural(problem.retryAfter, 'second')
    return <Callout tone="error">Too many attempts. Wait {wait} and try again.</Callout>
  }
  return (
    <Callout tone="error">
      {problem.detail}
      {problem.status === 401 ? null : <RequestId id={problem.requestId} />}
    </Callout>
  )
}

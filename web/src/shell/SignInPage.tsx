import { Button, Input } from '@chakra-ui/react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState, type SubmitEvent } from 'react'
import {
  asProblem,
  readMeQueryKey,
  readWelcomeOptions,
  signInMutation,
  signInWithPasskey,
  type Me,
  type SecondFactor,
  type SessionEnd,
} from '../api'
import { passkeysWork, passkeyTrouble, signWithPasskey } from '../components/passkey'
import { roleInWords } from '../components/permissions'
import { plural } from '../ui/format'
import { FormField } from '../ui/Field'
import { Callout, RequestId } from '../ui/states'
import { CodeForm } from './CodeForm'
import { Entrance } from './Entrance'

/** Why single sign-on has led back here. */
const troubles = {
  expired: 'That took too long, or was begun in another window. Try again.',
  provider: 'It could not be confirmed who you are. Try again, or sign in with your password.',
  unknown: 'There is no account here for that address. Ask a superadmin for an invitation.',
  'too-many': 'Too many attempts. Wait a minute and try again.',
}

interface SignInPageProps {
  ended: SessionEnd | undefined
  /** Where to go once signed in. */
  back: string
  /** Single sign-on went well, and the second factor is still to come. */
  waitsForCode: boolean
  trouble: keyof typeof troubles | undefined
  onSignedIn: () => void
}

export function SignInPage({ ended, back, waitsForCode, trouble, onSignedIn }: SignInPageProps) {
  const queryClient = useQueryClient()
  const welcome = useQuery({ ...readWelcomeOptions(), staleTime: Infinity })
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [waiting, setWaiting] = useState<SecondFactor[] | undefined>(
    waitsForCode ? ['totp', 'passkey', 'recovery_code'] : undefined,
  )
  const enter = (me: Me) => {
    queryClient.clear()
    queryClient.setQueryData(readMeQueryKey(), me)
    onSignedIn()
  }
  const signIn = useMutation({
    ...signInMutation(),
    onSuccess: (answer) => ('methods' in answer ? setWaiting(answer.methods) : enter(answer)),
  })

  const withPasskey = useMutation({
    mutationFn: async () => {
      try {
        const body = await signWithPasskey()
        return (await signInWithPasskey({ body, throwOnError: true })).data
      } catch (error) {
        throw passkeyTrouble(error)
      }
    },
    onSuccess: enter,
  })

  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    signIn.mutate({ body: { email: email.trim(), password } })
  }

  if (waiting) {
    const again = () => {
      setPassword('')
      setWaiting(undefined)
    }
    return (
      <Entrance title="Second factor">
        <CodeForm methods={waiting} onSignedIn={enter} onBack={again} />
      </Entrance>
    )
  }
  return (
    <Entrance title="Sign in">
      {ended === 'expired' ? (
        <Callout tone="info">
          Your session has ended. Sign in and you are back where you were.
        </Callout>
      ) : null}
      {ended === 'signed-out' ? <Callout tone="info">You are signed out.</Callout> : null}
      {trouble && !signIn.isError ? <Callout tone="error">{troubles[trouble]}</Callout> : null}
      <form className="form" onSubmit={submit}>
        {signIn.isError ? <SignInError error={signIn.error} /> : null}
        {withPasskey.isError ? (
          <Callout tone="error">{asProblem(withPasskey.error).detail}</Callout>
        ) : null}
        <FormField label="E-mail">
          <Input
            type="email"
            autoComplete="username"
            required
            maxLength={254}
            value={email}
            onChange={(event) => setEmail(event.target.value)}
          />
        </FormField>
        <FormField label="Password">
          <Input
            type="password"
            autoComplete="current-password"
            required
            maxLength={256}
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        </FormField>
        <Button type="submit" colorPalette="accent" aria-busy={signIn.isPending}>
          {signIn.isPending ? 'Signing in…' : 'Sign in'}
        </Button>
        {passkeysWork() ? (
          <Button
            variant="outline"
            aria-busy={withPasskey.isPending}
            onClick={() => {
              signIn.reset()
              withPasskey.mutate()
            }}
          >
            Sign in with a passkey
          </Button>
        ) : null}
      </form>
      {welcome.data?.singleSignOn ? (
        <Button variant="outline" asChild>
          <a href={`/single-sign-on/begin?back=${encodeURIComponent(back)}`}>
            Sign in with {welcome.data.singleSignOn}
          </a>
        </Button>
      ) : null}
      {welcome.data?.resetByMail ? (
        <p>
          <Link to="/forgotten-password" className="text-link">
            Forgotten your password?
          </Link>
        </p>
      ) : null}
      {welcome.data?.setupNeeded ? (
        <Callout tone="info">
          Nobody can sign in yet. The server has written a one-time set-up link to its log: open it
          to create the first account.
        </Callout>
      ) : null}
      {welcome.data?.demo ? (
        <section className="stack tight" aria-labelledby="demo-accounts">
          <h2 id="demo-accounts" className="strong">
            Demo accounts
          </h2>
          <p className="muted small">Choose one to fill in the form.</p>
          <div className="choices">
            {welcome.data.demoAccounts.map((account) => (
              <button
                key={account.email}
                type="button"
                className="choice"
                onClick={() => {
                  setEmail(account.email)
                  setPassword(account.password)
                }}
              >
                <span className="strong">{roleInWords(account.role)}</span>
                <span className="muted truncate">{account.email}</span>
              </button>
            ))}
          </div>
        </section>
      ) : null}
    </Entrance>
  )
}

function SignInError({ error }: { error: unknown }) {
  const problem = asProblem(error)
  if (problem.code === 'invalid_credentials') {
    return <Callout tone="error">The e-mail or the password is not right.</Callout>
  }
  if (problem.status === 429) {
    const wait = problem.retryAfter === undefined ? 'a while' : plural(problem.retryAfter, 'second')
    return <Callout tone="error">Too many attempts. Wait {wait} and try again.</Callout>
  }
  return (
    <Callout tone="error">
      {problem.title}. {problem.detail}
      <RequestId id={problem.requestId} />
    </Callout>
  )
}

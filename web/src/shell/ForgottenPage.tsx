import { Button, Input } from '@chakra-ui/react'
import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { askPasswordResetMutation, asProblem } from '../api'
import { FormField } from '../ui/Field'
import { Callout, RequestId } from '../ui/states'
import { Entrance } from './Entrance'

/** Asks for a link by mail. What it says afterwards is the same for every address. */
export function ForgottenPage() {
  const [email, setEmail] = useState('')
  const ask = useMutation(askPasswordResetMutation())
  const problem = ask.isError ? asProblem(ask.error) : undefined
  return (
    <Entrance title="Forgotten password">
      {ask.isSuccess ? (
        <div role="status" className="stack tight">
          <p>
            If <span className="strong">{email.trim()}</span> is an account here, a mail with a link
            is on its way. The link works once, for two hours.
          </p>
          <p className="muted">
            Nothing there? Look among the unwanted mail. Another one is sent after ten minutes at
            the earliest; a superadmin can help sooner.
          </p>
        </div>
      ) : (
        <form
          className="form"
          onSubmit={(event) => {
            event.preventDefault()
            ask.mutate({ body: { email: email.trim() } })
          }}
        >
          {problem ? (
            <Callout tone="error">
              {problem.detail}
              <RequestId id={problem.requestId} />
            </Callout>
          ) : null}
          <p className="muted">You get a mail with a link, with which you choose a new password.</p>
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
          <Button type="submit" colorPalette="accent" aria-busy={ask.isPending}>
            {ask.isPending ? 'One moment…' : 'Send me a link'}
          </Button>
        </form>
      )}
      <p>
        <Link to="/sign-in" className="text-link">
          Back to sign-in
        </Link>
      </p>
    </Entrance>
  )
}

import { Button, Input } from '@chakra-ui/react'
import { zodResolver } from '@hookform/resolvers/zod'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import { useState } from 'react'
import {
  asProblem,
  readMeQueryKey,
  redeemLinkMutation,
  type LinkView,
  type Me,
  type SecondFactor,
} from '../api'
import {
  newPassword,
  optionalEmail,
  optionalText,
  requiredEmail,
  requiredText,
} from '../components/form-text'
import { FormField } from '../ui/Field'
import { Callout, RequestId } from '../ui/states'
import { CodeForm } from './CodeForm'
import { Entrance } from './Entrance'

const titles: Record<LinkView['kind'], string> = {
  setup: 'Create the first account',
  invitation: 'Welcome to the Customers Hub',
  password_reset: 'Choose a new password',
}

function schemaFor(kind: LinkView['kind']) {
  return z.object({
    name: kind === 'password_reset' ? optionalText(200) : requiredText('your name', 200),
    email: kind === 'setup' ? requiredEmail : optionalEmail,
    password: newPassword,
  })
}

type Values = z.input<ReturnType<typeof schemaFor>>
type Output = z.output<ReturnType<typeof schemaFor>>

interface LinkFormProps {
  link: LinkView
  token: string
  onSignedIn: () => void
}

export default function LinkForm({ link, token, onSignedIn }: LinkFormProps) {
  const queryClient = useQueryClient()
  const form = useForm<Values, unknown, Output>({
    resolver: zodResolver(schemaFor(link.kind)),
    defaultValues: { name: link.name ?? '', email: link.email ?? '', password: '' },
  })
  const { errors } = form.formState
  const [waiting, setWaiting] = useState<SecondFactor[]>()
  const enter = (me: Me) => {
    queryClient.clear()
    queryClient.setQueryData(readMeQueryKey(), me)
    onSignedIn()
  }
  const redeem = useMutation({
    ...redeemLinkMutation(),
    onSuccess: (answer) => ('methods' in answer ? setWaiting(answer.methods) : enter(answer)),
    onError: (error) => {
      const { field, detail } = asProblem(error)
      if (field === 'name' || field === 'email' || field === 'password') {
        form.setError(field, { message: detail }, { shouldFocus: true })
      }
    },
  })
  const problem = redeem.isError ? asProblem(redeem.error) : undefined

  const submit = form.handleSubmit(({ name, email, password }) => {
    redeem.mutate({
      body: {
        token,
        password,
        ...(link.kind === 'password_reset' ? {} : { name }),
        ...(link.kind === 'setup' ? { email } : {}),
      },
    })
  })

  if (waiting) {
    return (
      <Entrance title="Second factor">
        <p className="muted">Your new password is saved.</p>
        <CodeForm
          methods={waiting}
          onSignedIn={enter}
          onBack={() => window.location.assign('/sign-in')}
        />
      </Entrance>
    )
  }
  return (
    <Entrance title={titles[link.kind]}>
      <form
        className="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          void submit(event)
        }}
      >
        {problem && problem.field === undefined ? (
          <Callout tone="error">
            {problem.detail}
            <RequestId id={problem.requestId} />
          </Callout>
        ) : null}
        {link.kind === 'setup' ? null : (
          <p className="muted">
            For <span className="strong">{link.email}</span>
          </p>
        )}
        {link.kind === 'password_reset' ? null : (
          <FormField label="Your name" error={errors.name?.message}>
            <Input autoComplete="name" {...form.register('name')} />
          </FormField>
        )}
        {link.kind === 'setup' ? (
          <FormField label="E-mail" error={errors.email?.message}>
            <Input type="email" autoComplete="username" {...form.register('email')} />
          </FormField>
        ) : null}
        <FormField
          label="Password"
          error={errors.password?.message}
          help="At least 12 characters. A few unrelated words are good."
        >
          <Input type="password" autoComplete="new-password" {...form.register('password')} />
        </FormField>
        <Button type="submit" colorPalette="accent" aria-busy={redeem.isPending}>
          {redeem.isPending ? 'One moment…' : 'Save and sign in'}
        </Button>
      </form>
    </Entrance>
  )
}

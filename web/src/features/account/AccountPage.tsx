import { Button } from '@chakra-ui/react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import {
  announceSessionEnd,
  asProblem,
  listOwnSessionsOptions,
  listOwnSessionsQueryKey,
  endOtherSessionsMutation,
  endOwnSessionMutation,
  signOutEverywhereMutation,
} from '../../api'
import { confirm } from '../../components/confirm'
import { useMe } from '../../components/me'
import { Page } from '../../components/Page'
import { roleInWords } from '../../components/permissions'
import { SessionList } from '../../components/SessionList'
import { toastDone, toastProblem } from '../../components/toast'
import { ActButton } from '../../ui/ActButton'
import { Facts, Section } from '../../ui/Section'
import { SkeletonLines } from '../../ui/Skeleton'
import { ErrorState } from '../../ui/states'
import { ApiKeys } from './ApiKeys'
import { Passkeys } from './Passkeys'
import { SecondFactor } from './SecondFactor'
import { ThemeChoices } from './ThemeChoices'

const SignInLog = lazy(() => import('../../components/SignInLog'))
const PasswordDialog = lazy(() => import('./PasswordDialog'))

export function AccountPage() {
  const me = useMe()
  const [changing, setChanging] = useState(false)
  return (
    <Page title="Account" heading="Account">
      <Section
        title="You"
        actions={
          <Button size="xs" variant="outline" onClick={() => setChanging(true)}>
            Change password
          </Button>
        }
      >
        <Facts
          facts={[
            ['Name', me.name],
            ['E-mail', me.email],
            ['Role', roleInWords(me.role)],
          ]}
        />
      </Section>
      <SecondFactor />
      <Passkeys />
      <Section title="Theme">
        <ThemeChoices />
      </Section>
      <Sessions />
      <ApiKeys />
      <Suspense fallback={null}>
        {changing ? <PasswordDialog onClose={() => setChanging(false)} /> : null}
      </Suspense>
    </Page>
  )
}

function Sessions() {
  const [logOpen, setLogOpen] = useState(false)
  const queryClient = useQueryClient()
  const sessions = useQuery(listOwnSessionsOptions())
  const end = useMutation({
    ...endOwnSessionMutation(),
    onSuccess: () => toastDone('Session ended'),
    onError: toastProblem,
    onSettled: () => queryClient.invalidateQueries({ queryKey: listOwnSessionsQueryKey() }),
  })
  const others = useMutation({
    ...endOtherSessionsMutation(),
    onSuccess: () => toastDone('Every other device is signed out'),
    onError: toastProblem,
    onSettled: () => queryClient.invalidateQueries({ queryKey: listOwnSessionsQueryKey() }),
  })
  const alone = sessions.data?.length === 1
  const everywhere = useMutation({
    ...signOutEverywhereMutation(),
    onSuccess: () => announceSessionEnd('signed-out'),
    onError: toastProblem,
  })
  const askEverywhere = async () => {
    const agreed = await confirm({
      title: 'Sign out everywhere?',
      body: 'Every session of yours ends at once, this one too.',
      act: 'Sign out everywhere',
      destructive: true,
    })
    if (agreed) everywhere.mutate({})
  }
  return (
    <Section
      title="Where you are signed in"
      flush
      actions={
        <>
          <Button size="xs" variant="outline" onClick={() => setLogOpen(true)}>
            Sign-in log
          </Button>
          <ActButton
            size="xs"
            variant="outline"
            blocked={alone ? 'You are signed in here only.' : undefined}
            onClick={() => others.mutate({})}
          >
            Sign out other devices
          </ActButton>
          <Button
            size="xs"
            variant="outline"
            colorPalette="red"
            onClick={() => void askEverywhere()}
          >
            Sign out everywhere
          </Button>
        </>
      }
    >
      {sessions.isError && !sessions.data ? (
        <ErrorState failure={asProblem(sessions.error)} onRetry={() => void sessions.refetch()} />
      ) : sessions.data ? (
        <SessionList sessions={sessions.data} onEnd={({ id }) => end.mutate({ path: { id } })} />
      ) : (
        <div className="section-body">
          <SkeletonLines lines={4} />
        </div>
      )}
      <Suspense fallback={null}>
        {logOpen ? <SignInLog title="Your sign-ins" onClose={() => setLogOpen(false)} /> : null}
      </Suspense>
    </Section>
  )
}

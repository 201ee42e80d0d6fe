import { Button } from '@chakra-ui/react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { announceSessionEnd, readMeQueryKey, signOutMutation } from '../api'
import { useMe } from '../components/me'
import { RecoveryCodes } from '../components/RecoveryCodes'
import { toastProblem } from '../components/toast'
import { TotpSetup } from '../components/TotpSetup'
import { Entrance } from './Entrance'

/** For people whose role needs a second factor and who have none yet: nothing else goes before it is added. */
export default function EnrolPage() {
  const me = useMe()
  const queryClient = useQueryClient()
  const [codes, setCodes] = useState<string[]>()
  const signOut = useMutation({
    ...signOutMutation(),
    onSuccess: () => announceSessionEnd('signed-out'),
    onError: toastProblem,
  })
  const enter = () => queryClient.setQueryData(readMeQueryKey(), { ...me, mustEnrol: false })

  if (codes) {
    return (
      <Entrance title="Your recovery codes">
        <RecoveryCodes codes={codes} />
        <Button colorPalette="accent" onClick={enter}>
          I have kept them
        </Button>
      </Entrance>
    )
  }
  return (
    <Entrance title="Add a second factor">
      <p className="muted">
        Hello {me.name}. Your role needs a second factor beside the password, so that a stolen
        password alone opens nothing.
      </p>
      <TotpSetup onAdded={(made) => (made ? setCodes(made) : enter())} />
      <Button variant="outline" onClick={() => signOut.mutate({})}>
        Sign out
      </Button>
    </Entrance>
  )
}

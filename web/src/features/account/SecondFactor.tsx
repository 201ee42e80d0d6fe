import { Button } from '@chakra-ui/react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import {
  asProblem,
  listOwnSessionsQueryKey,
  makeRecoveryCodesMutation,
  readOwnFactorsOptions,
  readOwnFactorsQueryKey,
  removeTotpMutation,
  type OwnFactors,
} from '../../api'
import { confirm } from '../../components/confirm'
import { toastDone, toastProblem } from '../../components/toast'
import { ActButton } from '../../ui/ActButton'
import { formatDateTime } from '../../ui/format'
import { Facts, Section } from '../../ui/Section'
import { SkeletonLines } from '../../ui/Skeleton'
import { ErrorState } from '../../ui/states'

const TotpDialog = lazy(() => import('./TotpDialog'))
const CodesDialog = lazy(() => import('./CodesDialog'))

/** The authenticator app and the recovery codes. */
export function SecondFactor() {
  const queryClient = useQueryClient()
  const factors = useQuery(readOwnFactorsOptions())
  const [adding, setAdding] = useState(false)
  const [codes, setCodes] = useState<string[]>()
  const refresh = () =>
    Promise.all([
      queryClient.invalidateQueries({ queryKey: readOwnFactorsQueryKey() }),
      queryClient.invalidateQueries({ queryKey: listOwnSessionsQueryKey() }),
    ])
  const make = useMutation({
    ...makeRecoveryCodesMutation(),
    onSuccess: ({ recoveryCodes }) => setCodes(recoveryCodes ?? undefined),
    onError: toastProblem,
    onSettled: refresh,
  })
  const remove = useMutation({
    ...removeTotpMutation(),
    onSuccess: () => toastDone('Authenticator app removed'),
    onError: toastProblem,
    onSettled: refresh,
  })
  const askToMake = async () => {
    const agreed = await confirm({
      title: 'Make new recovery codes?',
      body: 'The codes that you have kept so far stop working.',
      act: 'Make new codes',
    })
    if (agreed) make.mutate({})
  }
  const askToRemove = async () => {
    const agreed = await confirm({
      title: 'Remove the authenticator app?',
      body: 'From then on your password alone lets you in. The recovery codes stop working too.',
      act: 'Remove',
      destructive: true,
    })
    if (agreed) remove.mutate({})
  }
  const added = (made: string[] | undefined) => {
    setAdding(false)
    setCodes(made)
    toastDone('Authenticator app added')
    void refresh()
  }
  const data = factors.data

  return (
    <Section
      title="Second factor"
      actions={
        data ? (
          <Acts
            factors={data}
            onAdd={() => setAdding(true)}
            onMake={() => void askToMake()}
            onRemove={() => void askToRemove()}
          />
        ) : null
      }
    >
      {factors.isError && !data ? (
        <ErrorState failure={asProblem(factors.error)} onRetry={() => void factors.refetch()} />
      ) : !data ? (
        <SkeletonLines lines={2} />
      ) : data.totpAddedAt ? (
        <Facts
          facts={[
            ['Authenticator app', `Added ${formatDateTime(data.totpAddedAt)}`],
            ['Recovery codes', `${data.recoveryCodesLeft} of 10 left`],
          ]}
        />
      ) : (
        <p className="muted">
          None yet. With an authenticator app, a stolen password alone opens nothing.
        </p>
      )}
      <Suspense fallback={null}>
        {adding ? <TotpDialog onAdded={added} onClose={() => setAdding(false)} /> : null}
        {codes ? <CodesDialog codes={codes} onClose={() => setCodes(undefined)} /> : null}
      </Suspense>
    </Section>
  )
}

interface ActsProps {
  factors: OwnFactors
  onAdd: () => void
  onMake: () => void
  onRemove: () => void
}

function Acts({ factors, onAdd, onMake, onRemove }: ActsProps) {
  if (!factors.totpAddedAt) {
    return (
      <Button size="xs" variant="outline" onClick={onAdd}>
        Add an authenticator app
      </Button>
    )
  }
  return (
    <>
      <Button size="xs" variant="outline" onClick={onAdd}>
        Replace
      </Button>
      <Button size="xs" variant="outline" onClick={onMake}>
        New recovery codes
      </Button>
      <ActButton
        size="xs"
        variant="outline"
        colorPalette="red"
        blocked={
          factors.required ? 'Your role needs a second factor. Replace it instead.' : undefined
        }
        onClick={onRemove}
      >
        Remove
      </ActButton>
    </>
  )
}

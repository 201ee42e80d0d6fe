import { Button } from '@chakra-ui/react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Fingerprint } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import {
  asProblem,
  listOwnSessionsQueryKey,
  listPasskeysOptions,
  listPasskeysQueryKey,
  readOwnFactorsQueryKey,
  removePasskeyMutation,
  type Passkey,
} from '../../api'
import { confirm } from '../../components/confirm'
import { passkeysWork } from '../../components/passkey'
import { toastDone, toastProblem } from '../../components/toast'
import { ActButton } from '../../ui/ActButton'
import { RelativeTime } from '../../ui/RelativeTime'
import { Section } from '../../ui/Section'
import { SkeletonLines } from '../../ui/Skeleton'
import { ErrorState } from '../../ui/states'

const PasskeyDialog = lazy(() => import('./PasskeyDialog'))
const RenameDialog = lazy(() => import('./RenameDialog'))
const CodesDialog = lazy(() => import('./CodesDialog'))

/** One's passkeys: a finger, a face or a device's word instead of a password. */
export function Passkeys() {
  const queryClient = useQueryClient()
  const passkeys = useQuery(listPasskeysOptions())
  const [adding, setAdding] = useState(false)
  const [renaming, setRenaming] = useState<Passkey>()
  const [codes, setCodes] = useState<string[]>()
  const refresh = () =>
    Promise.all(
      [listPasskeysQueryKey(), readOwnFactorsQueryKey(), listOwnSessionsQueryKey()].map(
        (queryKey) => queryClient.invalidateQueries({ queryKey }),
      ),
    )
  const remove = useMutation({
    ...removePasskeyMutation(),
    onSuccess: () => toastDone('Passkey removed'),
    onError: toastProblem,
    onSettled: refresh,
  })
  const ask = async ({ id, name }: Passkey) => {
    const agreed = await confirm({
      title: `Remove the passkey “${name}”?`,
      body: 'It no longer signs you in. The device may still show it; remove it there too.',
      act: 'Remove',
      destructive: true,
    })
    if (agreed) remove.mutate({ path: { id } })
  }
  const added = (made: string[] | undefined) => {
    setAdding(false)
    setCodes(made)
    toastDone('Passkey added')
    void refresh()
  }
  const renamed = () => {
    setRenaming(undefined)
    toastDone('Passkey renamed')
    void refresh()
  }
  return (
    <Section
      title="Passkeys"
      flush={Boolean(passkeys.data?.length)}
      actions={
        <ActButton
          size="xs"
          variant="outline"
          blocked={passkeysWork() ? undefined : 'This browser knows no passkeys here.'}
          onClick={() => setAdding(true)}
        >
          Add a passkey
        </ActButton>
      }
    >
      {passkeys.isError && !passkeys.data ? (
        <ErrorState failure={asProblem(passkeys.error)} onRetry={() => void passkeys.refetch()} />
      ) : !passkeys.data ? (
        <SkeletonLines lines={2} />
      ) : passkeys.data.length === 0 ? (
        <p className="muted">
          None. A passkey signs you in with the finger, face or word that unlocks your device.
        </p>
      ) : (
        <ul className="card-list">
          {passkeys.data.map((passkey) => (
            <li key={passkey.id} className="session">
              <Fingerprint size={18} aria-hidden="true" />
              <div className="session-text">
                <p className="strong" dir="auto">
                  {passkey.name}
                </p>
                <p className="subtle small">
                  Added <RelativeTime at={passkey.addedAt} />
                  {', '}
                  {passkey.lastUsedAt ? (
                    <>
                      last used <RelativeTime at={passkey.lastUsedAt} />
                    </>
                  ) : (
                    'never used'
                  )}
                </p>
              </div>
              <Button
                size="xs"
                variant="outline"
                aria-label={`Rename the passkey ${passkey.name}`}
                onClick={() => setRenaming(passkey)}
              >
                Rename
              </Button>
              <Button
                size="xs"
                variant="outline"
                aria-label={`Remove the passkey ${passkey.name}`}
                onClick={() => void ask(passkey)}
              >
                Remove
              </Button>
            </li>
          ))}
        </ul>
      )}
      <Suspense fallback={null}>
        {adding ? <PasskeyDialog onAdded={added} onClose={() => setAdding(false)} /> : null}
        {renaming ? (
          <RenameDialog
            passkey={renaming}
            onRenamed={renamed}
            onClose={() => setRenaming(undefined)}
          />
        ) : null}
        {codes ? <CodesDialog codes={codes} onClose={() => setCodes(undefined)} /> : null}
      </Suspense>
    </Section>
  )
}

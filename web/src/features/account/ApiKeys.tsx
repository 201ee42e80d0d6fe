import { Button } from '@chakra-ui/react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { CalendarX, KeyRound } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import {
  asProblem,
  listApiKeysOptions,
  listApiKeysQueryKey,
  revokeApiKeyMutation,
  type ApiKey,
} from '../../api'
import { confirm } from '../../components/confirm'
import { toastDone, toastProblem } from '../../components/toast'
import { Badge } from '../../ui/Badge'
import { formatDateTime, plural } from '../../ui/format'
import { useNow } from '../../ui/now'
import { RelativeTime } from '../../ui/RelativeTime'
import { Section } from '../../ui/Section'
import { SkeletonLines } from '../../ui/Skeleton'
import { ErrorState } from '../../ui/states'

const KeyDialog = lazy(() => import('./KeyDialog'))

/** Keys with which one's programs use the hub. */
export function ApiKeys() {
  const queryClient = useQueryClient()
  const keys = useQuery(listApiKeysOptions())
  const [making, setMaking] = useState(false)
  const revoke = useMutation({
    ...revokeApiKeyMutation(),
    onSuccess: () => toastDone('API key revoked'),
    onError: toastProblem,
    onSettled: () => queryClient.invalidateQueries({ queryKey: listApiKeysQueryKey() }),
  })
  const ask = async (key: ApiKey) => {
    const agreed = await confirm({
      title: `Revoke the key “${key.name}”?`,
      body: 'Whatever uses it is refused at once. A revoked key cannot be brought back.',
      act: 'Revoke',
      destructive: true,
    })
    if (agreed) revoke.mutate({ path: { id: key.id } })
  }
  return (
    <Section
      title="API keys"
      flush={Boolean(keys.data?.length)}
      actions={
        <Button size="xs" variant="outline" onClick={() => setMaking(true)}>
          New key
        </Button>
      }
    >
      {keys.isError && !keys.data ? (
        <ErrorState failure={asProblem(keys.error)} onRetry={() => void keys.refetch()} />
      ) : !keys.data ? (
        <SkeletonLines lines={2} />
      ) : keys.data.length === 0 ? (
        <p className="muted">
          None. With a key, a program of yours uses the hub in your name, within bounds that you
          set.
        </p>
      ) : (
        <ul className="card-list">
          {keys.data.map((key) => (
            <Key key={key.id} apiKey={key} onRevoke={() => void ask(key)} />
          ))}
        </ul>
      )}
      <Suspense fallback={null}>
        {making ? <KeyDialog onClose={() => setMaking(false)} /> : null}
      </Suspense>
    </Section>
  )
}

function Key({ apiKey, onRevoke }: { apiKey: ApiKey; onRevoke: () => void }) {
  const expired = new Date(apiKey.expiresAt) <= useNow()
  return (
    <li className="session">
      <KeyRound size={18} aria-hidden="true" />
      <div className="session-text">
        <p className="row tight">
          <span className="strong" dir="auto">
            {apiKey.name}
          </span>
          <span className="request-id">{apiKey.prefix}…</span>
          {expired ? (
            <Badge tone="gray" icon={CalendarX}>
              Expired
            </Badge>
          ) : null}
        </p>
        <p className="subtle small">
          <span title={apiKey.scopes.join(', ')}>{plural(apiKey.scopes.length, 'permission')}</span>
          {', '}
          {expired ? 'expired' : 'until'} {formatDateTime(apiKey.expiresAt)}
          {', '}
          {apiKey.lastUsedAt ? (
            <>
              last used <RelativeTime at={apiKey.lastUsedAt} />
              {apiKey.lastUsedIp ? ` from ${apiKey.lastUsedIp}` : ''}
            </>
          ) : (
            'never used'
          )}
        </p>
      </div>
      <Button
        size="xs"
        variant="outline"
        aria-label={`Revoke the key ${apiKey.name}`}
        onClick={onRevoke}
      >
        Revoke
      </Button>
    </li>
  )
}

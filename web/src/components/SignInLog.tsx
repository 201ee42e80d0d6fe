import { useInfiniteQuery } from '@tanstack/react-query'
import { CircleCheck, CircleX, LogOut, type LucideIcon } from 'lucide-react'
import {
  asProblem,
  listOwnSignIns,
  listOwnSignInsInfiniteQueryKey,
  listStaffSignIns,
  listStaffSignInsInfiniteQueryKey,
  type SignInEntry,
} from '../api'
import { device, formatDateTime, humanise } from '../ui/format'
import Sheet from '../ui/Sheet'
import { SkeletonLines } from '../ui/Skeleton'
import { ErrorState } from '../ui/states'
import { LoadMore } from './LoadMore'

const words: Record<string, [string, LucideIcon]> = {
  'staff.signed_in': ['Signed in', CircleCheck],
  'staff.signed_out': ['Signed out', LogOut],
  'staff.signed_out_everywhere': ['Signed out everywhere', LogOut],
  'staff.password_accepted': [
    'The password was right, the second factor was asked for',
    CircleCheck,
  ],
  'staff.passkey_accepted': ['The passkey was right', CircleCheck],
  'staff.sign_in_refused': ['Wrong password', CircleX],
  'staff.code_refused': ['Wrong code', CircleX],
  'staff.identity_proved': ['Showed again who they are', CircleCheck],
  'staff.identity_not_proved': ['Did not show who they are', CircleX],
}

interface SignInLogProps {
  title: string
  /** Whose; without it one's own. */
  staffId?: string
  onClose: () => void
}

/** When, from where and how somebody signed in, and what others tried in their name. */
export default function SignInLog({ title, staffId, onClose }: SignInLogProps) {
  const query = useInfiniteQuery({
    queryKey:
      staffId === undefined
        ? listOwnSignInsInfiniteQueryKey()
        : listStaffSignInsInfiniteQueryKey({ path: { id: staffId } }),
    queryFn: async ({ pageParam, signal }) => {
      const query = pageParam === undefined ? {} : { after: pageParam }
      const { data } =
        staffId === undefined
          ? await listOwnSignIns({ query, signal, throwOnError: true })
          : await listStaffSignIns({ path: { id: staffId }, query, signal, throwOnError: true })
      return data
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
  })
  const entries = query.data?.pages.flatMap((page) => page.entries)
  return (
    <Sheet title={title} onClose={onClose}>
      {query.isError && !entries ? (
        <ErrorState failure={asProblem(query.error)} onRetry={() => void query.refetch()} />
      ) : !entries ? (
        <SkeletonLines lines={8} />
      ) : entries.length === 0 ? (
        <p className="muted">Nobody has signed in here yet.</p>
      ) : (
        <>
          <ul className="card-list">
            {entries.map((entry) => (
              <Entry key={entry.id} entry={entry} />
            ))}
          </ul>
          <LoadMore query={query} what="sign-ins" />
        </>
      )}
    </Sheet>
  )
}

function Entry({ entry }: { entry: SignInEntry }) {
  const [what, Icon] = words[entry.action] ?? [humanise(entry.action), CircleCheck]
  return (
    <li className="session">
      <Icon size={18} aria-hidden="true" />
      <div className="session-text">
        <p className="strong">{what}</p>
        <p className="subtle small">
          {formatDateTime(entry.at)}
          {entry.ip ? `, ${entry.ip}` : ''}, {device(entry.userAgent ?? undefined)}
        </p>
      </div>
    </li>
  )
}

import { Button } from '@chakra-ui/react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import {
  asProblem,
  listStaffSessionsOptions,
  listStaffSessionsQueryKey,
  endStaffSessionsMutation,
  type StaffMember,
} from '../../api'
import { confirm } from '../../components/confirm'
import { SessionList } from '../../components/SessionList'
import { toastDone, toastProblem } from '../../components/toast'
import Sheet from '../../ui/Sheet'
import { SkeletonLines } from '../../ui/Skeleton'
import { ErrorState } from '../../ui/states'

/** Where a colleague is signed in, with the way to end it all. */
export default function SessionsPanel({
  member,
  onClose,
}: {
  member: StaffMember
  onClose: () => void
}) {
  const queryClient = useQueryClient()
  const path = { id: member.id }
  const sessions = useQuery(listStaffSessionsOptions({ path }))
  const endAll = useMutation({
    ...endStaffSessionsMutation(),
    onSuccess: () => toastDone(`${member.name} is signed out everywhere`),
    onError: toastProblem,
    onSettled: () =>
      queryClient.invalidateQueries({ queryKey: listStaffSessionsQueryKey({ path }) }),
  })
  const ask = async () => {
    const agreed = await confirm({
      title: `Sign ${member.name} out everywhere?`,
      body: 'All their sessions end at once. They can sign in again with their password.',
      act: 'Sign out',
      destructive: true,
    })
    if (agreed) endAll.mutate({ path })
  }
  const list = sessions.data

  return (
    <Sheet
      title={`Sessions of ${member.name}`}
      onClose={onClose}
      footer={
        list && list.length > 0 ? (
          <Button size="sm" variant="outline" colorPalette="red" onClick={() => void ask()}>
            Sign out everywhere
          </Button>
        ) : null
      }
    >
      {sessions.isError && !list ? (
        <ErrorState failure={asProblem(sessions.error)} onRetry={() => void sessions.refetch()} />
      ) : !list ? (
        <SkeletonLines lines={4} />
      ) : list.length === 0 ? (
        <p className="muted">{member.name} is not signed in anywhere.</p>
      ) : (
        <SessionList sessions={list} />
      )}
    </Sheet>
  )
}

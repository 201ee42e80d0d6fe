import type { QueryClient } from '@tanstack/react-query'
import {
  listBulkRunsInfiniteQueryKey,
  newIdempotencyKey,
  readBulkRunQueryKey,
  stopBulkRun,
  undoBulkRun,
  type BulkRun,
} from '../api'
import { plural } from '../ui/format'
import { flagWord } from './status'
import { toastProblem } from './toast'
import { watchRun } from './watched-runs'

type Act = Pick<BulkRun, 'action' | 'kind' | 'undoes'>

/** What is done, as a title: `Flag VIP`. */
export function actInWords({ action, kind, undoes }: Act): string {
  const flag = kind ? flagWord(kind) : ''
  const words = {
    add_flag: `Flag ${flag}`,
    remove_flag: `Remove flag ${flag}`,
    archive: 'Archive',
    restore: 'Restore',
  }[action]
  return undoes ? `Undo: ${words.charAt(0).toLowerCase()}${words.slice(1)}` : words
}

/** What was done to so many: `22 customers flagged VIP`. */
export function doneInWords({ action, kind, changed }: Act & { changed: number }): string {
  const flag = kind ? flagWord(kind) : ''
  const customers = plural(changed, 'customer')
  return {
    add_flag: `${customers} flagged: ${flag}`,
    remove_flag: `Flag ${flag} removed from ${customers}`,
    archive: `${customers} archived`,
    restore: `${customers} restored`,
  }[action]
}

export function refreshRuns(queryClient: QueryClient, id: string): void {
  void queryClient.invalidateQueries({ queryKey: readBulkRunQueryKey({ path: { id } }) })
  void queryClient.invalidateQueries({ queryKey: listBulkRunsInfiniteQueryKey() })
}

export async function stopRun(queryClient: QueryClient, { id }: BulkRun): Promise<void> {
  try {
    await stopBulkRun({ path: { id }, throwOnError: true })
  } catch (error) {
    toastProblem(error)
  }
  refreshRuns(queryClient, id)
}

export async function undoRun(queryClient: QueryClient, { id }: BulkRun): Promise<void> {
  try {
    const headers = { 'idempotency-key': newIdempotencyKey() }
    const { data } = await undoBulkRun({ path: { id }, headers, throwOnError: true })
    watchRun(data.id)
  } catch (error) {
    toastProblem(error)
  }
  refreshRuns(queryClient, id)
}

import type { QueryClient } from '@tanstack/react-query'
import { readListLayoutQueryKey, updateListLayout, type ListLayout } from '../../../api'
import { toastProblem } from '../../../components/toast'
import { rememberLayout } from './view'

/** Shows the list so at once, and takes it back if the server refuses. */
export async function changeView(queryClient: QueryClient, body: ListLayout): Promise<void> {
  const queryKey = readListLayoutQueryKey()
  // An answer that is still on its way knows nothing of this, and would take it back.
  await queryClient.cancelQueries({ queryKey })
  const before = queryClient.getQueryData<ListLayout>(queryKey)
  queryClient.setQueryData(queryKey, body)
  rememberLayout(body)
  try {
    // Goes through even where the page is left at once.
    await updateListLayout({ body, keepalive: true, throwOnError: true })
  } catch (error) {
    queryClient.setQueryData(queryKey, before)
    toastProblem(error)
  }
}

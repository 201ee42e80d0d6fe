import type { QueryClient } from '@tanstack/react-query'
import { readMeOptions } from '../../api'
import { guides, type GuideName } from '../../components/guide-topics'
import type { Guide } from './markdown'

/** Each in a file of its own, fetched when it is read. */
const files = import.meta.glob<Guide>('../../../../docs/guides/*.md', { import: 'default' })

export type Found = { name: GuideName; guide: Guide } | undefined

/** The guide of this name; without one, that of the reader's role. */
export async function findGuide(
  name: string | undefined,
  queryClient: QueryClient,
): Promise<Found> {
  const { role } = await queryClient.query({ ...readMeOptions(), staleTime: 'static' })
  const found = guides.find((one) => (name === undefined ? one.role === role : one.name === name))
  const guide = found && (await files[`../../../../docs/guides/${found.name}.md`]?.())
  return guide && { name: found.name, guide }
}

import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import {
  asProblem,
  listSlowStatementsOptions,
  readResponseTimesOptions,
  readSystemOptions,
} from '../../api'
import { HelpLink } from '../../components/HelpLink'
import { Page } from '../../components/Page'
import { SkeletonLines } from '../../ui/Skeleton'
import { ErrorState } from '../../ui/states'
import { Alerts } from './Alerts'
import { Behind } from './Behind'
import { ResponseTimes } from './ResponseTimes'
import { SlowStatements } from './SlowStatements'

export const REFRESH_MS = 30_000

/** How the system fares, for those who look after it; `pages`: how fast its pages are in the browsers. */
export function SystemPage({ pages }: { pages: ReactNode }) {
  const query = useQuery({
    ...readSystemOptions(),
    refetchInterval: REFRESH_MS,
    placeholderData: keepPreviousData,
  })
  // Shown together, so that nothing moves when the last of them comes.
  const times = useQuery(readResponseTimesOptions({ query: { over: 'hour' } }))
  const statements = useQuery(listSlowStatementsOptions())
  const system = times.isPending || statements.isPending ? undefined : query.data

  return (
    <Page title="System" heading="System" actions={<HelpLink topic="system" />}>
      {system ? (
        <>
          <Alerts system={system} />
          <Behind system={system} />
          <ResponseTimes />
          <SlowStatements />
          {pages}
        </>
      ) : (
        <div className="card">
          {query.isError ? (
            <ErrorState failure={asProblem(query.error)} onRetry={() => void query.refetch()} />
          ) : (
            <div className="section-body">
              <SkeletonLines lines={10} />
            </div>
          )}
        </div>
      )}
    </Page>
  )
}

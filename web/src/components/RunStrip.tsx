import { Button } from '@chakra-ui/react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useEffect } from 'react'
import { readBulkRunOptions, type BulkRun } from '../api'
import { formatCount } from '../ui/format'
import { actInWords, doneInWords, refreshRuns, stopRun, undoRun } from './bulk-runs'
import { useHints } from './live'
import { refreshEverybody } from './refresh-customer'
import { toastDone } from './toast'
import { unwatchRun, useWatchedRuns } from './watched-runs'

/** Hints may be lost with the connection: then this looks by itself. */
const LOOK_AGAIN_MS = 2_000

/** How far the acts on many are that were begun here; their end is told, with the way back. */
export default function RunStrips() {
  return useWatchedRuns().map((id) => <RunStrip key={id} id={id} />)
}

function RunStrip({ id }: { id: string }) {
  const queryClient = useQueryClient()
  const { data: run } = useQuery({
    ...readBulkRunOptions({ path: { id } }),
    refetchInterval: LOOK_AGAIN_MS,
  })
  useHints((hint) => {
    if (hint.topic === 'bulk_run' && hint.id === id) refreshRuns(queryClient, id)
  })

  useEffect(() => {
    if (!run || run.state === 'running') return
    unwatchRun(id)
    toastDone(ending(run), run.undo.allowed ? () => void undoRun(queryClient, run) : undefined)
    refreshRuns(queryClient, id)
    void refreshEverybody(queryClient)
  }, [id, run, queryClient])

  if (!run) return null
  const done = run.changed + run.skipped + run.refused
  return (
    <section className="card run-strip" aria-label={actInWords(run)}>
      <strong>{actInWords(run)}</strong>
      <progress aria-label="Done" max={run.total} value={done} />
      <span className="muted">
        {formatCount(done)} of {formatCount(run.total)}
      </span>
      <div className="row tight">
        <Link to="/admin/bulk-runs" search={{ run: id }} className="text-link">
          Details
        </Link>
        <Button size="xs" variant="outline" onClick={() => void stopRun(queryClient, run)}>
          Stop
        </Button>
      </div>
    </section>
  )
}

function ending(run: BulkRun): string {
  const left = [
    run.skipped > 0 ? `${formatCount(run.skipped)} were so already` : undefined,
    run.refused > 0 ? `${formatCount(run.refused)} refused` : undefined,
  ].filter((part) => part !== undefined)
  const stopped = run.state === 'stopped' ? 'Stopped. ' : ''
  return `${stopped}${[doneInWords(run), ...left].join(', ')}`
}

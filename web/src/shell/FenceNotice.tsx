import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { readBackupsOptions } from '../api'

/** Whoever can accept a restored database is told that it waits for them. */
export default function FenceNotice() {
  const { data } = useQuery({ ...readBackupsOptions(), staleTime: 60_000 })
  if (!data?.fence) return null
  return (
    <p className="notice" data-tone="offline">
      This database was restored: no mail and no refund leaves it.{' '}
      <Link to="/admin/backups">Look and accept</Link>
    </p>
  )
}

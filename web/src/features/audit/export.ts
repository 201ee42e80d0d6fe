import { exportEvents } from '../../api'
import { saveFile } from '../../components/download'
import { toQuery, type AuditSearch } from './filter'

/** Saves exactly the events of the filter as a file. Resolves to their number. */
export async function downloadEvents(search: AuditSearch): Promise<number> {
  const { data, response } = await exportEvents({
    query: toQuery(search),
    parseAs: 'blob',
    throwOnError: true,
  })
  return saveFile(data, response, 'audit.csv')
}

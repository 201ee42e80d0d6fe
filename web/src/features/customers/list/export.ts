import { exportCustomers } from '../../../api'
import { toFilter, type CustomerListSearch } from './filter'

/** Saves exactly what the filter shows as a file. */
export async function downloadExport(search: CustomerListSearch): Promise<void> {
  const { data, response } = await exportCustomers({
    body: toFilter(search),
    parseAs: 'blob',
    throwOnError: true,
  })
  const file: unknown = data
  if (!(file instanceof Blob)) throw new Error('The export came in a form this page cannot read.')
  const link = document.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = nameOf(response) ?? 'customers.csv'
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}

function nameOf(response: Response): string | undefined {
  return /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1]
}

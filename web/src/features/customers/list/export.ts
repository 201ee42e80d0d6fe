import { exportCustomers } from '../../../api'
import { toExport, type CustomerListSearch } from './filter'

/** Saves exactly what the filter shows as a file. Resolves to the number of customers in it. */
export async function downloadExport(search: CustomerListSearch): Promise<number> {
  const { data, response } = await exportCustomers({
    body: toExport(search),
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
  return Number(response.headers.get('x-total-count') ?? 0)
}

function nameOf(response: Response): string | undefined {
  return /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1]
}

import { exportCustomers } from '../../../api'
import { saveFile } from '../../../components/download'
import { toExport, type CustomerListSearch } from './filter'

/** Saves exactly what the filter shows as a file. Resolves to the number of customers in it. */
export async function downloadExport(search: CustomerListSearch): Promise<number> {
  const { data, response } = await exportCustomers({
    body: toExport(search),
    parseAs: 'blob',
    throwOnError: true,
  })
  return saveFile(data, response, 'customers.csv')
}

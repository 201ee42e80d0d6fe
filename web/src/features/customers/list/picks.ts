import { useState } from 'react'
import type { SelectionInput } from '../../../api'
import type { Picking } from '../../../components/QueryTable'
import { toExport, type CustomerListSearch } from './filter'

/** As many as the server takes by hand; more are chosen by a filter. */
const PICKED_MAX = 2000

interface State {
  /** Of which list: the ticks go when the filter changes. */
  key: string
  /** Everybody who matches, on all pages. */
  all: boolean
  ids: readonly string[]
  /** Where a range begins. */
  from: string | undefined
}

interface Row {
  id: string
  name: string
}

/** What is shown of a list, and how many match on all its pages. */
interface Shown {
  rows: readonly Row[]
  total: number
}

export interface Picks {
  picking: Picking<Row>
  count: number
  all: boolean
  /** Whom to act on, as the server is told. */
  choice: SelectionInput
  pickAll: () => void
  clear: () => void
}

/** The rows that are ticked, on whichever page of one list. */
export function usePicks(search: CustomerListSearch, list: Shown | undefined): Picks {
  const key = JSON.stringify(toExport(search))
  const empty: State = { key, all: false, ids: [], from: undefined }
  const [state, setState] = useState(empty)
  const now = state.key === key ? state : empty
  const rows = list?.rows.map(({ id }) => id) ?? []
  const isOn = (id: string) => now.all || now.ids.includes(id)
  const set = (change: Partial<State>) =>
    setState({ ...now, ...change, ids: (change.ids ?? now.ids).slice(0, PICKED_MAX) })
  const onPage = rows.filter(isOn).length

  return {
    picking: {
      isOn: ({ id }) => isOn(id),
      onPick: ({ id }, range) => {
        const before = now.all ? rows : now.ids
        const begin = range && now.from !== undefined ? rows.indexOf(now.from) : -1
        const end = rows.indexOf(id)
        const reached =
          begin === -1 ? [id] : rows.slice(Math.min(begin, end), Math.max(begin, end) + 1)
        const off = before.includes(id)
        const rest = before.filter((one) => !reached.includes(one))
        set({ all: false, ids: off ? rest : [...rest, ...reached], from: id })
      },
      page: onPage === 0 ? 'none' : onPage === rows.length ? 'all' : 'some',
      onPickPage: () => {
        const rest = now.all ? [] : now.ids.filter((id) => !rows.includes(id))
        set({ all: false, ids: onPage === rows.length ? rest : [...rest, ...rows] })
      },
      nameOf: ({ name }) => name,
    },
    count: now.all ? (list?.total ?? 0) : now.ids.length,
    all: now.all,
    choice: now.all ? toExport(search) : { customers: [...now.ids] },
    pickAll: () => set({ all: true, ids: [] }),
    clear: () => set(empty),
  }
}

import { useQuery } from '@tanstack/react-query'
import { listPresencesOptions, type Present } from '../api'
import { Callout } from '../ui/states'
import { useLooking } from './live'

/** A process that dies says nothing; while somebody is thought to be here it is looked at now and then. */
const LOOK_AGAIN_MS = 30_000

function useOthers(customerId: string): Present[] {
  const { data } = useQuery({
    ...listPresencesOptions({ path: { id: customerId } }),
    staleTime: 0,
    refetchInterval: ({ state }) => (state.data?.people.length ? LOOK_AGAIN_MS : false),
  })
  return data?.people ?? []
}

/** Who else has this customer open, in a line that is announced when it changes. */
export function AlsoHere({ customerId }: { customerId: string }) {
  useLooking(customerId, false)
  const others = useOthers(customerId)
  return (
    <span className="also-here" role="status">
      {others.length === 0
        ? null
        : `Also here: ${others.map(({ name, editing }) => (editing ? `${name} (editing)` : name)).join(', ')}`}
    </span>
  )
}

/** In a dialog that edits something about a customer: who else does at this moment. */
export function EditingToo({ customerId }: { customerId: string }) {
  useLooking(customerId, true)
  const names = useOthers(customerId).flatMap(({ name, editing }) => (editing ? [name] : []))
  return (
    <div role="status">
      {names.length === 0 ? null : (
        <Callout tone="info">
          <span>
            {list.format(names)} {names.length === 1 ? 'is' : 'are'} editing this customer too.
            Whoever saves second is shown what the first has changed.
          </span>
        </Callout>
      )}
    </div>
  )
}

const list = new Intl.ListFormat('en-GB')

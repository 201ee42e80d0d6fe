import { isRecord } from '../../api'
import { roleInWords } from '../../components/permissions'
import { Money } from '../../ui/Money'

/** The ceilings by which an act was held back, as they were then. */
export function PolicyTable({ policy, amount }: { policy: unknown; amount: number }) {
  const read = readPolicy(policy)
  if (!read) return <p className="section-body muted">The ceilings of then are not on record.</p>
  const { role, rows } = read
  return (
    <div className="table-frame">
      <table className="data-table" aria-label="Ceilings">
        <thead>
          <tr>
            <th scope="col">Ceiling of {role}</th>
            <th scope="col" className="number">
              Allowed
            </th>
            <th scope="col" className="number">
              Done before
            </th>
            <th scope="col" className="number">
              With this
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, allowed, before, exceeded }) => (
            <tr key={name}>
              <th scope="row">
                {name}
                {exceeded ? <strong> – exceeded</strong> : null}
              </th>
              <td className="number">
                {allowed === undefined ? 'No ceiling' : <Money pence={allowed} />}
              </td>
              <td className="number">
                <Money pence={before} />
              </td>
              <td className="number">
                <Money pence={before + amount} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

const ceilings = [
  ['Per act', 'perAct', undefined, 'per_act'],
  ['Per customer in 90 days', 'perCustomer90Days', 'customer', 'per_customer_90_days'],
  ['Per person and day', 'perPersonDay', 'person', 'per_person_day'],
] as const

function readPolicy(policy: unknown) {
  if (!isRecord(policy) || !isRecord(policy.limits)) return undefined
  const { limits } = policy
  const spent = isRecord(policy.spent) ? policy.spent : {}
  const exceeded: unknown[] = Array.isArray(policy.exceeded) ? policy.exceeded : []
  const pence = (value: unknown) => (typeof value === 'number' ? value : undefined)
  return {
    role: typeof limits.role === 'string' ? roleInWords(limits.role) : 'then',
    rows: ceilings.map(([name, limit, before, code]) => ({
      name,
      allowed: pence(limits[limit]),
      before: before === undefined ? 0 : (pence(spent[before]) ?? 0),
      exceeded: exceeded.includes(code),
    })),
  }
}

import { Button } from '@chakra-ui/react'
import { useState, type ReactNode } from 'react'
import { ifMatch, isRecord, type Problem } from '../api'
import { Callout } from '../ui/states'

export interface ConflictField {
  name: string
  label: string
  /** What the form holds now. */
  mine: unknown
  /** Takes their value into the form. */
  take: (theirs: unknown) => void
}

interface Conflict {
  current: Readonly<Record<string, unknown>>
  /** Who saved meanwhile. */
  by: readonly string[]
}

/**
 * Somebody else saved first. Shows their values beside ours; saving again then builds on their version, with whatever
 * the form holds.
 */
export function useConflict(version: number, fields: () => readonly ConflictField[]) {
  const [known, setKnown] = useState(version)
  const [conflict, setConflict] = useState<Conflict>()

  const onProblem = (problem: Problem): boolean => {
    const { current, changes } = problem.body
    if (problem.status !== 412 || !isRecord(current) || typeof current.version !== 'number')
      return false
    setKnown(current.version)
    setConflict({ current, by: namesIn(changes) })
    return true
  }

  const notice: ReactNode = conflict ? (
    <ConflictNotice conflict={conflict} fields={fields()} />
  ) : null
  return { ifMatch: ifMatch(known), onProblem, notice }
}

function ConflictNotice({
  conflict,
  fields,
}: {
  conflict: Conflict
  fields: readonly ConflictField[]
}) {
  const { current, by } = conflict
  const apart = fields.filter(({ name, mine }) => words(current[name]) !== words(mine))
  return (
    <Callout tone="warning">
      <p role="alert">
        {by.length === 0 ? 'Somebody else' : by.join(' and ')} changed this while you were editing.
        Nothing of yours is saved yet.{' '}
        {apart.length === 0
          ? 'Their changes do not touch yours: save again.'
          : 'Choose, then save again.'}
      </p>
      {apart.length === 0 ? null : (
        <table className="diff">
          <thead>
            <tr>
              <th scope="col">Field</th>
              <th scope="col">Their value</th>
              <th scope="col">Your value</th>
            </tr>
          </thead>
          <tbody>
            {apart.map(({ name, label, mine, take }) => (
              <tr key={name}>
                <th scope="row">{label}</th>
                <td>
                  <div className="badge-stack">
                    {words(current[name])}
                    <Button
                      size="2xs"
                      variant="outline"
                      aria-label={`Use their value for ${label}`}
                      onClick={() => take(current[name])}
                    >
                      Use theirs
                    </Button>
                  </div>
                </td>
                <td>{words(mine)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Callout>
  )
}

function namesIn(changes: unknown): string[] {
  if (!Array.isArray(changes)) return []
  const names = changes.filter(isRecord).map(({ by }) => by)
  return [...new Set(names.filter((name) => typeof name === 'string'))]
}

function words(value: unknown): string {
  if (value === undefined || value === null || value === '') return 'nothing'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  return typeof value === 'string' || typeof value === 'number'
    ? String(value)
    : JSON.stringify(value)
}

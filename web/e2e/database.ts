import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** Runs SQL in one transaction as the owner of the hub's database: for what is older than any test, and for nothing a person can do. */
export function inDatabase(sql: string) {
  const { HUB_PSQL: psql, HUB_DATABASE: address } = process.env
  if (!psql || !address) throw new Error('scripts/with-hub.sh says where the database is')
  const owner = readFileSync(address, 'utf8').trim().split('\n').at(-1) ?? ''
  execFileSync(psql, [
    ...['--no-psqlrc', '--quiet', '--single-transaction', '--set', 'ON_ERROR_STOP=1'],
    ...['--dbname', owner, '--command', sql],
  ])
}

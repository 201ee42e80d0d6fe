import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * Runs SQL in one transaction as the owner of the hub's database: for what is older than any test, and for nothing a person can do.
 * Extensions are the superuser's.
 */
export function inDatabase(sql: string, as: 'owner' | 'superuser' = 'owner') {
  const { HUB_PSQL: psql, HUB_DATABASE: address } = process.env
  if (!psql || !address) throw new Error('scripts/with-hub.sh says where the database is')
  const owner = readFileSync(address, 'utf8').trim().split('\n').at(-1) ?? ''
  execFileSync(psql, [
    ...['--no-psqlrc', '--quiet', '--single-transaction', '--set', 'ON_ERROR_STOP=1'],
    ...[
      '--dbname',
      as === 'owner' ? owner : owner.replace(/user=\S+/, 'user=postgres'),
      '--command',
      sql,
    ],
  ])
}

/** Runs the hub's program beside the one that serves, as an operator would. */
export function runHub(...words: string[]) {
  const { HUB_DATABASE: address, HUB_PROGRAM: program, PATH } = process.env
  if (!address || !program) throw new Error('scripts/with-hub.sh says where the hub is')
  const data = dirname(address)
  const env = { PATH, HUB_DATA_DIR: data, HUB_BACKUP_FOLDER: join(dirname(data), 'backups') }
  execFileSync(program, words, { env })
}

/** Takes the notes to its own authors out of the generated client: they are not ours to do. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'

const folder = new URL('../src/api/generated/', import.meta.url)

for (const name of readdirSync(folder, { recursive: true })) {
  if (!name.endsWith('.ts')) continue
  const file = new URL(name, folder)
  const text = readFileSync(file, 'utf8')
  const tidy = text.replace(/^\s*\/\/ TODO.*\n/gm, '')
  if (tidy !== text) writeFileSync(file, tidy)
}

/**
 * Takes out of the generated client what is not ours: its authors' notes to themselves, server-sent events, which we have
 * none of, and how to sign requests, which the browser does with its cookie. Everybody would download them.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'

const folder = new URL('../src/api/generated/', import.meta.url)

const SECURITY = /^ {4}security: \[[\s\S]*?\],\n/gm
const notes = /^\s*\/\/ TODO.*\n/gm
const unused = {
  'client/client.gen.ts': [
    /^import \{ createSseClient \}.*\n/m,
    /^ {2}const makeSseFn = [\s\S]*?^ {2}\};\n\n/m,
    /^ {4}sse: \{[\s\S]*?^ {4}\},\n/m,
  ],
  'client/types.gen.ts': [
    /^ {2}ServerSentEventsResult,\n/m,
    /^type SseFn = [\s\S]*?;\n\n/m,
    /, SseFn(?=>)/,
  ],
  'sdk.gen.ts': [SECURITY],
}

for (const name of readdirSync(folder, { recursive: true })) {
  if (!name.endsWith('.ts')) continue
  const file = new URL(name, folder)
  const text = readFileSync(file, 'utf8')
  const parts = unused[name] ?? []
  const missing = parts.find((part) => !part.test(text))
  if (missing)
    throw new Error(`${name} no longer holds ${missing}: look whether it is still needed`)
  const tidy = parts.reduce((rest, part) => rest.replace(part, ''), text.replace(notes, ''))
  if (tidy !== text) writeFileSync(file, tidy)
}

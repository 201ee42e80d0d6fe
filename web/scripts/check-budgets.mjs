/** Measures what a person downloads, compressed with brotli, and fails where the budget is passed. */
import { readFileSync } from 'node:fs'
import { brotliCompressSync } from 'node:zlib'

const KB = 1000
const budgets = { entry: 150 * KB, route: 175 * KB, lazy: 100 * KB }

const dist = new URL('../dist/', import.meta.url)
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'))
const sizes = new Map()

function size(file) {
  if (!sizes.has(file))
    sizes.set(file, brotliCompressSync(readFileSync(new URL(file, dist))).length)
  return sizes.get(file)
}

/** The files of a chunk and of all it imports at once. */
function filesOf(key, seen = new Set()) {
  const chunk = manifest[key]
  if (seen.has(chunk.file)) return seen
  seen.add(chunk.file)
  for (const css of chunk.css ?? []) seen.add(css)
  for (const next of chunk.imports ?? []) filesOf(next, seen)
  return seen
}

const total = (files) => [...files].reduce((sum, file) => sum + size(file), 0)

const entryKey = Object.keys(manifest).find((key) => manifest[key].isEntry)
const entry = filesOf(entryKey)
const lines = [['entry', total(entry), budgets.entry]]

for (const [key, chunk] of Object.entries(manifest)) {
  if (!chunk.isDynamicEntry) continue
  const isRoute = key.includes('src/routes/')
  const files = filesOf(key, new Set(isRoute ? entry : []))
  const own = isRoute ? total(files) : total([...files].filter((file) => !entry.has(file)))
  lines.push([`${isRoute ? 'route' : 'part '} ${key}`, own, isRoute ? budgets.route : budgets.lazy])
}

let failed = false
for (const [name, bytes, budget] of lines.sort((a, b) => b[1] - a[1])) {
  const over = bytes > budget
  failed ||= over
  console.log(
    `${over ? 'OVER ' : 'ok   '}${(bytes / KB).toFixed(1).padStart(6)} of ${budget / KB} kB  ${name}`,
  )
}
if (failed) process.exit(1)

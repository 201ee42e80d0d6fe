/** Writes `name.br` and `name.gz` beside every asset, so that the server never compresses while somebody waits. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

const dist = new URL('../dist/', import.meta.url)
const worthIt = /\.(js|css|svg)$/

for (const name of readdirSync(dist, { recursive: true })) {
  if (!worthIt.test(name)) continue
  const file = new URL(name, dist)
  const content = readFileSync(file)
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } }
  writeFileSync(new URL(`${name}.br`, dist), brotliCompressSync(content, quality))
  writeFileSync(new URL(`${name}.gz`, dist), gzipSync(content, { level: 9 }))
}

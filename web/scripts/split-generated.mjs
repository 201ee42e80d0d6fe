/**
 * Splits the generated calls by their tag. A bundler keeps a module whole, so with all calls in one the first page would
 * carry those of every other page. What imports them notices nothing: the files they came in hand them out as before.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { posix } from 'node:path'

const generated = new URL('../src/api/generated/', import.meta.url)
const api = JSON.parse(readFileSync(new URL('../../api/openapi.json', import.meta.url), 'utf8'))

const tagOf = new Map(
  Object.values(api.paths)
    .flatMap((path) => Object.values(path))
    .map(({ operationId, tags }) => [operationId, tags[0]]),
)
const SUFFIXES = /(InfiniteQueryKey|InfiniteOptions|QueryKey|Options|Mutation)$/

/** The tag of the operation that a top-level statement belongs to; none for what all of them use. */
function tagOfStatement(statement) {
  const name = /^export const (\w+)/m.exec(statement)?.[1]
  return name && (tagOf.get(name) ?? tagOf.get(name.replace(SUFFIXES, '')))
}

/** Import statements of a file as pairs of a name's spelling and the module it comes from. */
function importsOf(statements) {
  return statements.flatMap((statement) =>
    [...statement.matchAll(/^import (type )?\{ (.*) \} from '(.*)';$/gm)].flatMap(
      ([, type, names, from]) =>
        names.split(', ').map((name) => ({ name: type ? `type ${name}` : name, from })),
    ),
  )
}

const localName = ({ name }) => name.split(' ').at(-1)

/** Only the imports whose names are used. */
function importsFor(body, imports) {
  const words = new Set(body.replace(/\/\*[\s\S]*?\*\//g, '').match(/(?<![.\w])\w+(?!\??:)/g))
  const used = imports.filter((one) => words.has(localName(one)))
  return [...new Set(used.map(({ from }) => from))]
    .map((from) => {
      const names = used.filter((one) => one.from === from).map(({ name }) => name)
      return `import { ${names.join(', ')} } from '${from}';`
    })
    .join('\n')
}

/** `path` becomes what its calls share, in `shared`, and a file for each tag in `folder`, which it hands out. */
function split(path, folder) {
  const file = new URL(path, generated)
  const [notice, ...statements] = readFileSync(file, 'utf8')
    .trim()
    .split(/\n\n(?=\/\*\*|export |const |import )/)
  const imports = importsOf(statements).map(({ name, from }) => ({
    name,
    // A folder further in than where it was written.
    from: from.startsWith('.') ? posix.join('..', from) : from,
  }))
  const parts = new Map()
  for (const statement of statements.filter((one) => !one.startsWith('import '))) {
    const tag = tagOfStatement(statement) ?? 'shared'
    // What was private to one file is now used by its neighbours.
    const open = statement.startsWith('const ') ? `export ${statement}` : statement
    parts.set(tag, [...(parts.get(tag) ?? []), open])
  }
  const shared = [
    ...parts
      .get('shared')
      .join('\n')
      .matchAll(/^export (const|type) (\w+)/gm),
  ].map(([, kind, name]) => ({
    name: kind === 'type' ? `type ${name}` : name,
    from: './shared.gen',
  }))

  const into = new URL(`${folder}/`, file)
  rmSync(into, { recursive: true, force: true })
  mkdirSync(into)
  for (const [tag, bodies] of parts) {
    const body = bodies.join('\n\n')
    const header = importsFor(body, tag === 'shared' ? imports : [...imports, ...shared])
    writeFileSync(new URL(`${tag}.gen.ts`, into), `${[notice, header, body].join('\n\n')}\n`)
  }
  const handedOut = [...parts.keys()].map((tag) => `export * from './${folder}/${tag}.gen';`)
  writeFileSync(file, `${notice}\n\n${handedOut.join('\n')}\n`)
}

split('sdk.gen.ts', 'sdk')
split('@tanstack/react-query.gen.ts', 'queries')

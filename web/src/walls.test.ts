import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { expect, test } from 'vitest'

const ROOT = 'src'
const imports = /(?:from|import\()\s*'(\.[^']*)'/g

/** Which floors each floor may stand on. `features/x` may also import itself. */
const mayImport: Record<string, readonly string[]> = {
  api: ['api'],
  ui: ['ui'],
  components: ['components', 'ui', 'api'],
  features: ['components', 'ui', 'api'],
  shell: ['shell', 'features', 'components', 'ui', 'api', 'paths'],
  routes: ['routes', 'shell', 'features', 'components', 'ui', 'api', 'paths'],
}

/** Libraries that the lowest floor must not know. */
const notInUi = /from '(@tanstack\/|react-hook-form|@hookform\/|zod)/

const files = readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
  .filter(
    (file) =>
      /\.tsx?$/.test(file) &&
      !file.includes('generated') &&
      !file.endsWith('.gen.ts') &&
      !file.includes('.test.'),
  )
  .map((file) => ({ file, text: readFileSync(join(ROOT, file), 'utf8') }))

/** Imports that break a wall, each with the way out. */
function trespasses(file: string, text: string): string[] {
  const [floor = '', room] = file.split('/')
  const allowed = mayImport[floor]
  if (!allowed) return []
  return [...text.matchAll(imports)].flatMap(([, target = '']) => {
    const path = normalize(join(dirname(file), target))
    const [otherFloor = '', otherRoom] = path.split('/')
    if (floor === 'features' && otherFloor === 'features') {
      return otherRoom === room
        ? []
        : [
            `${file} imports the feature ${otherRoom ?? ''}: move what both need to components or ui`,
          ]
    }
    return allowed.includes(otherFloor)
      ? []
      : [`${file} imports ${path}: ${floor} may only know ${allowed.join(', ')}`]
  })
}

test('imports go down the stairs: ui, components, features, then shell and routes', () => {
  expect(files.length).toBeGreaterThan(20)
  expect(files.flatMap(({ file, text }) => trespasses(file, text))).toEqual([])
})

test('ui knows no router, query, form or schema library', () => {
  const knowing = files.filter(({ file, text }) => file.startsWith('ui/') && notInUi.test(text))
  expect(knowing.map(({ file }) => file)).toEqual([])
})

test('a broken wall is found', () => {
  expect(trespasses('features/staff/Page.tsx', "import { x } from '../audit/x'")).toHaveLength(1)
  expect(trespasses('ui/Badge.tsx', "import { x } from '../components/x'")).toHaveLength(1)
  expect(trespasses('features/staff/Page.tsx', "import { x } from './x'")).toEqual([])
})

test('no file is longer than 400 lines', () => {
  const long = files.filter(({ text }) => text.split('\n').length > 401)
  expect(long.map(({ file }) => file)).toEqual([])
})

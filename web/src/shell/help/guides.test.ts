import { readdirSync, readFileSync, statSync } from 'node:fs'
import { expect, test } from 'vitest'
import { guides, topics } from '../../components/guide-topics'
import { readGuide, type Block, type Inline } from './markdown'

const FOLDER = '../docs/guides'
const PICTURES_AT_MOST = 1_500_000

const read = guides.map(({ name }) => ({
  name,
  ...readGuide(readFileSync(`${FOLDER}/${name}.md`, 'utf8')),
}))
const pictures = readdirSync(`${FOLDER}/pictures`)

const sectionsOf = (name: string) =>
  read
    .find((guide) => guide.name === name)
    ?.blocks.flatMap((block) => (block.kind === 'heading' ? [block.id] : []))

const inlineOf = (block: Block): Inline[] =>
  block.kind === 'paragraph' ? block.inline : block.kind === 'list' ? block.items.flat() : []

test('every guide is offered, and every one that is offered is there', () => {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.md'))
  expect(files.sort()).toEqual(guides.map(({ name }) => `${name}.md`).sort())
})

test('every link of the guides leads somewhere', () => {
  const links = read.flatMap(({ name, blocks }) =>
    blocks.flatMap(inlineOf).flatMap((part) =>
      typeof part !== 'string' && part.kind === 'link'
        ? [
            {
              from: name,
              to: part.guide ?? name,
              section: part.section,
            },
          ]
        : [],
    ),
  )
  expect(links.length).toBeGreaterThan(3)
  const broken = links.filter(({ to, section }) => {
    const sections = sectionsOf(to)
    return !sections || (section !== undefined && !sections.includes(section))
  })
  expect(broken).toEqual([])
})

test('every page that says how it works finds its section', () => {
  const missing = Object.entries(topics).filter(
    ([, { guide, section }]) => !sectionsOf(guide)?.includes(section),
  )
  expect(missing).toEqual([])
})

test('no two sections of a guide have one name', () => {
  for (const { name } of read) {
    const sections = sectionsOf(name) ?? []
    expect(new Set(sections).size, name).toBe(sections.length)
  }
})

test('every picture is there, shown once, and small', () => {
  const shown = read.flatMap(({ blocks }) =>
    blocks.flatMap((block) => (block.kind === 'picture' ? [block.file] : [])),
  )
  expect(shown.toSorted()).toEqual(pictures.toSorted())
  const bytes = pictures.reduce((sum, file) => sum + statSync(`${FOLDER}/pictures/${file}`).size, 0)
  expect(bytes).toBeLessThan(PICTURES_AT_MOST)
})

import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { borders, palettes, surfaces, texts, tones, type Pair } from './colours'
import { contrast } from './contrast'

const themes = [
  ['light', 0],
  ['dark', 1],
] as const

const quiet = { bg: surfaces.DEFAULT, panel: surfaces.panel, subtle: surfaces.subtle }

describe.each(themes)('the %s theme', (_name, theme) => {
  const ratio = (a: Pair, b: Pair) => contrast(a[theme], b[theme])

  const enoughForText: [string, Pair, Pair][] = [
    ...Object.entries(texts).flatMap(([name, text]) =>
      Object.entries(quiet).map(([on, surface]): [string, Pair, Pair] => [
        `${name} text on ${on}`,
        text,
        surface,
      ]),
    ),
    ['text on muted', texts.DEFAULT, surfaces.muted],
    ['muted text on muted', texts.muted, surfaces.muted],
    ['subtle text on muted', texts.subtle, surfaces.muted],
    ['error text on its surface', texts.error, surfaces.error],
    ['warning text on its surface', texts.warning, surfaces.warning],
    ['success text on its surface', texts.success, surfaces.success],
    ['info text on its surface', texts.info, surfaces.info],
    ...Object.entries(palettes).flatMap(([name, palette]): [string, Pair, Pair][] => [
      [`label on solid ${name}`, palette.contrast, palette.solid],
      [`${name} text on panel`, palette.fg, surfaces.panel],
      [`${name} text on subtle ${name}`, palette.fg, palette.subtle],
      [`${name} text on muted ${name}`, palette.fg, palette.muted],
    ]),
    ...Object.entries(tones).flatMap(([name, tone]): [string, Pair, Pair][] => [
      [`${name} text on panel`, tone.fg, surfaces.panel],
      [`${name} text on subtle ${name}`, tone.fg, tone.subtle],
    ]),
  ]

  test.each(enoughForText)('%s reaches 4.5 to 1', (_pair, text, surface) => {
    expect(ratio(text, surface)).toBeGreaterThanOrEqual(4.5)
  })

  const enoughForEdges: [string, Pair, Pair][] = [
    ...Object.entries(quiet).flatMap(([on, surface]): [string, Pair, Pair][] => [
      [`input edge on ${on}`, borders.input, surface],
      [`error edge on ${on}`, borders.error, surface],
      [`warning edge on ${on}`, borders.warning, surface],
      ...Object.entries(palettes).flatMap(([name, palette]): [string, Pair, Pair][] => [
        [`focus ring of ${name} on ${on}`, palette.focusRing, surface],
        [`edge of ${name} on ${on}`, palette.border, surface],
        [`solid ${name} on ${on}`, palette.solid, surface],
      ]),
    ]),
  ]

  test.each(enoughForEdges)('%s reaches 3 to 1', (_pair, edge, surface) => {
    expect(ratio(edge, surface)).toBeGreaterThanOrEqual(3)
  })

  test('the first paint wears the same surfaces', () => {
    const page = readFileSync('index.html', 'utf8')
    expect(page).toContain(`background: ${surfaces.DEFAULT[theme]}`)
  })
})

import { borders, palettes, surfaces, texts, tones, type Pair } from './colours'

const token = <T>(value: T) => ({ value })

/** The browser takes one of the two by `color-scheme`: two values of one token would cost a slow phone more than all else of the theme. */
const pair = ([light, dark]: Pair) => token(`light-dark(${light}, ${dark})`)

const shade = (light: number, dark: number) =>
  `light-dark(rgb(16 24 40 / ${light}), rgb(0 0 0 / ${dark}))`

const mapped = <In, Out>(from: Record<string, In>, change: (value: In) => Out) =>
  Object.fromEntries(Object.entries(from).map(([key, value]) => [key, change(value)]))

/** Those that the recipes and the pages use. */
const steps = [0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9, 10, 11, 12, 16, 40, 48]
const scale = Object.fromEntries(steps.map((step) => [String(step), token(`${step / 4}rem`)]))

const body = "'Inter', 'Inter fallback', system-ui, sans-serif"

export const tokens = {
  colors: {
    transparent: token('transparent'),
    current: token('currentColor'),
    black: token('#000000'),
    white: token('#ffffff'),
    blackAlpha: { 500: token('rgb(9 13 20 / 0.5)') },
    bg: mapped(surfaces, pair),
    fg: mapped(texts, pair),
    border: mapped(borders, pair),
    ...mapped(palettes, (palette) => mapped(palette, pair)),
    ...mapped(tones, (tone) => mapped(tone, pair)),
  },
  shadows: mapped(
    {
      xs: `0 1px 2px ${shade(0.06, 0.4)}`,
      sm: `0 2px 6px ${shade(0.08, 0.5)}`,
      md: `0 6px 16px ${shade(0.1, 0.55)}`,
      lg: `0 12px 32px ${shade(0.16, 0.6)}, 0 0 0 1px light-dark(rgb(16 24 40 / 0.06), rgb(255 255 255 / 0.08))`,
    },
    token,
  ),
  fonts: {
    body: token(body),
    heading: token(body),
    mono: token("ui-monospace, 'SF Mono', Menlo, Consolas, monospace"),
  },
  fontSizes: mapped(
    {
      '2xs': '0.6875rem',
      xs: '0.75rem',
      sm: '0.875rem',
      md: '0.9375rem',
      lg: '1.0625rem',
      xl: '1.25rem',
      '2xl': '1.5rem',
    },
    token,
  ),
  fontWeights: mapped({ normal: '400', medium: '600', semibold: '600', bold: '600' }, token),
  lineHeights: mapped({ shorter: '1.25', short: '1.375', moderate: '1.5', tall: '1.625' }, token),
  letterSpacings: mapped({ tight: '-0.01em', wide: '0.025em' }, token),
  radii: mapped(
    { none: '0', xs: '2px', sm: '4px', md: '6px', lg: '8px', xl: '12px', full: '9999px' },
    token,
  ),
  spacing: { 0: token('0px'), ...scale },
  sizes: {
    0: token('0px'),
    ...scale,
    ...mapped(
      {
        xs: '20rem',
        sm: '24rem',
        md: '28rem',
        lg: '32rem',
        xl: '36rem',
        '2xl': '42rem',
        '3xl': '48rem',
        '4xl': '56rem',
        full: '100%',
        max: 'max-content',
        min: 'min-content',
        fit: 'fit-content',
      },
      token,
    ),
  },
  durations: mapped(
    {
      fastest: '50ms',
      faster: '80ms',
      fast: '120ms',
      moderate: '150ms',
      slow: '180ms',
      slower: '200ms',
      slowest: '240ms',
    },
    token,
  ),
  easings: { 'ease-in-smooth': token('cubic-bezier(0.32, 0.72, 0, 1)') },
  zIndex: {
    sticky: token(10),
    banner: token(20),
    popover: token(100),
    tooltip: token(200),
    toast: token(300),
  },
  cursor: mapped({ button: 'pointer', menuitem: 'default', disabled: 'not-allowed' }, token),
}

export const semanticTokens = {
  radii: { l1: token('{radii.sm}'), l2: token('{radii.md}'), l3: token('{radii.lg}') },
}

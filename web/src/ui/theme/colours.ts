/**
 * Every colour of the application, as data, so that a test can measure the contrast of both themes.
 * A pair is [light, dark].
 */
export type Pair = readonly [light: string, dark: string]

export const surfaces = {
  DEFAULT: ['#f6f7f9', '#0f141b'],
  panel: ['#ffffff', '#161c25'],
  subtle: ['#f1f3f6', '#1b222d'],
  muted: ['#e8ebf0', '#232c39'],
  emphasized: ['#dce1e8', '#2d3846'],
  error: ['#fdeeee', '#3a1a1d'],
  warning: ['#fdf3e1', '#33260f'],
  success: ['#e9f6ee', '#12301f'],
  info: ['#e9f3fb', '#12293d'],
} satisfies Record<string, Pair>

export const texts = {
  DEFAULT: ['#16202e', '#e8ecf2'],
  muted: ['#465264', '#b3bdca'],
  subtle: ['#566274', '#9ba7b7'],
  error: ['#a82424', '#ff9d9d'],
  warning: ['#7a4700', '#f3c374'],
  success: ['#17653a', '#7fd8a4'],
  info: ['#175a96', '#8cc6f5'],
} satisfies Record<string, Pair>

export const borders = {
  DEFAULT: ['#dfe3ea', '#2b3543'],
  muted: ['#e8ebf0', '#232c39'],
  subtle: ['#f1f3f6', '#1b222d'],
  emphasized: ['#c5ccd6', '#3d495a'],
  warning: ['#ad7420', '#a9803a'],
  /** Edge of inputs and outlined buttons: three to one against every surface they stand on. */
  input: ['#7c8797', '#77859a'],
  error: ['#c22f2f', '#ff8585'],
} satisfies Record<string, Pair>

/** Of what can be pressed. */
export type Palette = Record<
  'solid' | 'contrast' | 'fg' | 'subtle' | 'muted' | 'emphasized' | 'border' | 'focusRing',
  Pair
>

const focusRing: Pair = ['#3551c8', '#8fa2ff']

export const palettes = {
  gray: {
    solid: ['#3a4656', '#d5dce6'],
    contrast: ['#ffffff', '#16202e'],
    fg: ['#2f3a49', '#d5dce6'],
    subtle: ['#eaedf2', '#242d3a'],
    muted: ['#e0e5ec', '#2d3846'],
    emphasized: ['#d0d7e0', '#3d495a'],
    border: borders.input,
    focusRing,
  },
  accent: {
    solid: ['#3551c8', '#4a63d6'],
    contrast: ['#ffffff', '#ffffff'],
    fg: ['#2b44ad', '#adbaff'],
    subtle: ['#eef1fd', '#1d2645'],
    muted: ['#dfe5fb', '#26325c'],
    emphasized: ['#c9d3f8', '#31407a'],
    border: ['#6c80db', '#6d82dd'],
    focusRing,
  },
  red: {
    solid: ['#c22f2f', '#c93b3b'],
    contrast: ['#ffffff', '#ffffff'],
    fg: ['#a82424', '#ff9d9d'],
    subtle: ['#fdeeee', '#3a1a1d'],
    muted: ['#fbdede', '#4e2226'],
    emphasized: ['#f6c6c6', '#6b2d32'],
    border: ['#cf6a6a', '#c95f5f'],
    focusRing: ['#c22f2f', '#ff8585'],
  },
} satisfies Record<string, Palette>

/** Of badges and notices. */
export type Tone = Record<'fg' | 'subtle', Pair>

export const tones = {
  green: {
    fg: ['#17653a', '#7fd8a4'],
    subtle: ['#e9f6ee', '#12301f'],
  },
  amber: {
    fg: ['#7a4700', '#f3c374'],
    subtle: ['#fdf3e1', '#33260f'],
  },
  blue: {
    fg: ['#175a96', '#8cc6f5'],
    subtle: ['#e9f3fb', '#12293d'],
  },
  violet: {
    fg: ['#5b38a8', '#c3abff'],
    subtle: ['#f2eefb', '#281e42'],
  },
} satisfies Record<string, Tone>

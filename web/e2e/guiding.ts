/** Walking through the guides of docs/guides: each picture of a guide is a step here, in the same order, and taken anew on request. */
import { readFileSync, writeFileSync } from 'node:fs'
import { expect, type Page } from '@playwright/test'

const FOLDER = '../docs/guides'
/** Pictures change with every run, by their times and numbers, so they are taken only when asked for: GUIDES=1. */
const taking = process.env.GUIDES === '1'

/** Walks a guide. At its end, every picture of the guide was a step. */
export async function walk(
  guide: string,
  page: Page,
  steps: (step: (name: string, who?: Page) => Promise<void>) => Promise<void>,
): Promise<void> {
  const walked: string[] = []
  await steps(async (name, who = page) => {
    walked.push(`${guide}-${name}.webp`)
    await rest(who)
    if (taking) await takePicture(who, `${guide}-${name}.webp`)
  })
  const text = readFileSync(`${FOLDER}/${guide}.md`, 'utf8')
  const shown = [...text.matchAll(/\(pictures\/([^)]+)\)/g)].map(([, file]) => file)
  expect(walked).toEqual(shown)
}

/** How every picture is taken: see also the sizes in src/shell/help/pictures.ts. */
export const look = {
  viewport: { width: 1280, height: 800 },
  colorScheme: 'light',
  contextOptions: { reducedMotion: 'reduce' },
} as const

/** As a person sees it who has waited until everything is there. */
async function rest(page: Page): Promise<void> {
  await page.bringToFront()
  await expect(page.locator('.skeleton')).toHaveCount(0)
  await page.evaluate(() => document.fonts.ready.then(() => undefined))
}

async function takePicture(page: Page, file: string): Promise<void> {
  // Messages of the step before come and go, and cover what the picture is of.
  const show = (visibility: string) =>
    page.locator('.toasts').evaluateAll((all, value) => {
      for (const messages of all as HTMLElement[]) messages.style.visibility = value
    }, visibility)
  await show('hidden')
  const png = await page.screenshot({ animations: 'disabled', caret: 'hide' })
  await show('')
  writeFileSync(`${FOLDER}/pictures/${file}`, await smaller(page, png))
}

/** The same picture as WebP, a third as large, made by the browser itself. */
async function smaller(page: Page, png: Buffer): Promise<Buffer> {
  const blank = await page.context().newPage()
  const encoded = await blank.evaluate(
    async (data) => {
      const picture = await createImageBitmap(await (await fetch(data)).blob())
      const canvas = new OffscreenCanvas(picture.width, picture.height)
      canvas.getContext('2d')?.drawImage(picture, 0, 0)
      const blob = await canvas.convertToBlob({ type: 'image/webp', quality: 0.5 })
      const bytes = new Uint8Array(await blob.arrayBuffer())
      return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
    },
    `data:image/png;base64,${png.toString('base64')}`,
  )
  await blank.close()
  return Buffer.from(encoded, 'base64')
}

// What the walks point at.
export const title = (page: Page) => page.getByRole('heading', { level: 1 })
export const part = (page: Page, name: string) => page.getByRole('region', { name, exact: true })
export const dialog = (page: Page) => page.getByRole('dialog')
export const press = (page: Page, name: string | RegExp) =>
  dialog(page).getByRole('button', { name, exact: true }).click()
export const act = (page: Page, name: string | RegExp) =>
  page.getByRole('main').getByRole('button', { name, exact: true })
export const place = (page: Page, name: RegExp | string) =>
  page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name })

/** Looking at pages: at every width, light and dark, with axe. */
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { expect, test, type Api, type Role } from './hub'

const widths = { phone: 390, tablet: 768, desktop: 1440 } as const
const schemes = ['light', 'dark'] as const

export interface View {
  name: string
  as?: Role | 'nobody'
  at: string | ((api: Api) => Promise<string>)
  /** What is on the page once it is whole. */
  ready: (page: Page) => ReturnType<Page['locator']>
  /** What a person does on the page before it is looked at. */
  then?: (page: Page) => Promise<void>
  /** Refused requests belong to this page. */
  refused?: boolean
}

export const heading = (name: string | RegExp) => (page: Page) =>
  page.getByRole('heading', { name }).first()
export const open =
  (name: string | RegExp, role: 'dialog' | 'menu' = 'dialog') =>
  async (page: Page) => {
    await page.getByRole('button', { name }).first().click()
    await expect(page.getByRole(role)).toBeVisible()
  }

/** What axe finds against WCAG 2.2 AA, without exceptions. */
export async function breaches(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    .options({ resultTypes: ['violations'] })
    // There are no frames to look into: everything at once, in this page.
    .setLegacyMode()
    .analyze()
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} at ${target.join(' ')}: ${failureSummary}`),
  )
}

/** By how many pixels the page is wider than the screen. */
export const overflow = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)

/** A test for each: nothing that axe finds, nothing wider than the screen, nothing on the console. */
export function lookAt(views: readonly View[]): void {
  for (const { name, as, at, ready, then, refused } of views) {
    test.describe(name, () => {
      test.use({ as: as ?? 'ops' })

      test(`${name} at every width, light and dark`, async ({ page, api, watch }) => {
        await page.setViewportSize({ width: widths.desktop, height: 900 })
        await page.emulateMedia({ reducedMotion: 'reduce' })
        await page.goto(typeof at === 'string' ? at : await at(api))
        await expect(ready(page)).toBeVisible()
        await expect(page.locator('.skeleton')).toHaveCount(0)
        await then?.(page)
        for (const [device, width] of Object.entries(widths)) {
          await page.setViewportSize({ width, height: width < 600 ? 844 : 900 })
          for (const scheme of schemes) {
            await page.emulateMedia({ colorScheme: scheme })
            await expect(page.locator('html')).toHaveClass(new RegExp(scheme))
            await page.screenshot({ path: `e2e/.results/look/${name}-${device}-${scheme}.png` })
            expect.soft(await breaches(page), `${device}, ${scheme}`).toEqual([])
          }
          expect.soft(await overflow(page), `wider than a ${device}`).toBeLessThanOrEqual(0)
        }
        const expected = as === 'nobody' || refused ? /status of 40[134]/ : undefined
        expect.soft(watch.consoleErrors.filter((text) => !expected?.test(text))).toEqual([])
      })
    })
  }
}

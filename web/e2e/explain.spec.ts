import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { customerPath, expect, test } from './hub'

const panel = (page: Page) => page.getByRole('dialog')
const entries = (page: Page) => panel(page).getByRole('list', { name: 'Entries' })

/** The pounds and pence that stand in these texts, in pence. */
function pence(texts: readonly string[]): number {
  return texts.reduce((sum, text) => {
    const found = /(-?)£([\d,]+)\.(\d\d)/.exec(text)
    if (!found) return sum
    const [, minus = '', pounds = '', rest = ''] = found
    const amount = Number(pounds.replaceAll(',', '')) * 100 + Number(rest)
    return sum + (minus ? -amount : amount)
  }, 0)
}

async function looksRight(page: Page) {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    const { violations } = await new AxeBuilder({ page }).analyze()
    expect(violations, colorScheme).toEqual([])
  }
}

test('a figure of a customer opens to the rows that it sums, and each leads on', async ({
  page,
  api,
}) => {
  const amara = await api.demo('SV-DEMO-A3')
  const { stats } = await api.get<{ stats: { totalLtv: number; totalOrders: number } }>(
    `/api/admin/customers/${amara.id}`,
  )
  await page.goto(customerPath(amara))
  const ltv = page
    .getByRole('region', { name: 'Figures' })
    .getByRole('group', { name: 'LTV' })
    .getByRole('button')
  await ltv.focus()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\?explain=ltv$/)
  await expect(panel(page)).toContainText('Captured payments minus refunds, over all time.')
  await expect(panel(page)).toContainText('Exact as of')
  await expect(panel(page)).toContainText(/add up to £/)
  expect(pence(await entries(page).locator('.money').allTextContents())).toBe(stats.totalLtv)
  await looksRight(page)
  await page.keyboard.press('Escape')
  await expect(panel(page)).toBeHidden()
  await expect(ltv).toBeFocused()

  await page
    .getByRole('region', { name: 'Figures' })
    .getByRole('group', { name: 'Orders' })
    .getByRole('button')
    .click()
  await expect(entries(page).getByRole('listitem')).toHaveCount(stats.totalOrders)
  const first = entries(page).getByRole('link').first()
  const reference = (await first.textContent()) ?? ''
  await first.click()
  await expect(page).toHaveURL(/\/bookings\?booking=/)
  await expect(panel(page).getByRole('heading', { name: reference })).toBeVisible()
  await page.goBack()
  await expect(entries(page)).toContainText(reference)
})

test('the last order opens to the booking that it is', async ({ page, api }) => {
  const amara = await api.demo('SV-DEMO-A3')
  await page.goto(customerPath(amara))
  const last = page.getByText(/^Last order/).getByRole('link')
  await last.focus()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\?explain=last_order$/)
  await expect(panel(page)).toContainText('When the latest booking was placed')
  await expect(entries(page).getByRole('listitem')).toHaveCount(1)
  const shown = (await panel(page).locator('.explained-value').textContent()) ?? ''
  await expect(entries(page)).toContainText(shown)
  await looksRight(page)
  await page.keyboard.press('Escape')
  await expect(last).toBeFocused()
})

test('the figures of the money tab open too, on a phone as well', async ({ page, api }) => {
  const amara = await api.demo('SV-DEMO-A3')
  await page.setViewportSize({ width: 390, height: 844 })
  await page.goto(customerPath(amara, 'money'))
  const money = page.getByRole('region', { name: 'Money', exact: true })
  for (const [name, definition] of [
    ['Paid', 'Captured payments, over all time.'],
    ['Refunded', 'What is on its way is not counted.'],
    ['Kept', 'Captured payments minus refunds'],
    ['Store credit', 'What the customer can still spend'],
  ] as const) {
    const group = money.getByRole('group', { name })
    const shown = (await group.locator('.money').textContent()) ?? ''
    await group.getByRole('button').click()
    await expect(panel(page)).toContainText(definition)
    await expect(panel(page).locator('.explained-value')).toHaveText(shown)
    const width = await page.evaluate(() => document.documentElement.scrollWidth)
    expect(width).toBeLessThanOrEqual(390)
    await panel(page).getByRole('button', { name: 'Close' }).click()
    await expect(panel(page)).toBeHidden()
  }
})

test('a figure of the list opens to its parts, each of which is a list', async ({ page }) => {
  await page.goto('/admin/customers?search=e')
  const strip = page.getByRole('region', { name: 'Figures for this filter' })
  const card = strip.getByRole('group', { name: 'LTV', exact: true })
  await expect(card.locator('.stat-value')).toContainText('£')
  const shown = (await card.locator('.stat-value').textContent()) ?? ''
  await card.getByRole('button', { name: 'Explain LTV' }).click()
  const parts = panel(page).getByRole('list', { name: 'Parts' })
  await expect(panel(page)).toContainText(`add up to ${shown}`)
  expect(pence(await parts.locator('.money').allTextContents())).toBe(pence([shown]))
  await looksRight(page)
  const active = parts
    .getByRole('listitem')
    .filter({ has: page.getByText('Active', { exact: true }) })
  const part = (await active.locator('.money').textContent()) ?? ''
  await active.getByRole('button').click()
  await expect(page).toHaveURL('/admin/customers?search=e&status=active')
  await expect(card.locator('.stat-value')).toHaveText(part)

  const row = page.getByRole('table', { name: 'Customers' }).getByRole('row').nth(1)
  const ltv = row.getByRole('link', { name: /^-?£/ })
  const of = (await ltv.textContent()) ?? ''
  // By keyboard it comes after the name and the orders of its row.
  await row.getByRole('link').first().focus()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Tab')
  await expect(ltv).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\?explain=ltv$/)
  await expect(panel(page).locator('.explained-value')).toHaveText(of)
})

test.describe('finance', () => {
  test.use({ as: 'finance' })

  test('sees what the figures of the day are made of', async ({ page }) => {
    await page.goto('/admin/finance')
    const today = page.getByRole('region', { name: 'Today' })
    const owed = today.getByRole('group', { name: 'Credit owed' })
    await expect(owed.locator('.money')).toBeVisible()
    const shown = (await owed.locator('.money').textContent()) ?? ''
    await owed.getByRole('button').click()
    await expect(page).toHaveURL(/explain=credit_owed/)
    await expect(panel(page).locator('.explained-value')).toHaveText(shown)
    await page.goto('/admin/finance')
    await page.getByRole('button', { name: '£120.00' }).click()
    await expect(panel(page)).toContainText('1 entry adds up to £120.00')
    expect(pence(await entries(page).locator('.money').allTextContents())).toBe(120_00)
    await looksRight(page)
    await entries(page).getByRole('link').first().click()
    await expect(page).toHaveURL(/\/admin\/customers\/[^/]+\/money/)
  })
})

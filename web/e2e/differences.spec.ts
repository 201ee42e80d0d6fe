import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { expect, test, toast, type Api } from './hub'

test.use({ as: 'finance' })

interface Money {
  payments: { bookingId: string; refundable: number }[]
}

/** Two refunds that somebody marked as paid with one reference. */
async function paidTwice(api: Api, reference: string): Promise<string> {
  const { customers } = await api.list({ sortBy: 'ltv', minLtv: 60_00, limit: 25, page: 3 })
  for (const { id, name } of customers) {
    const { payments } = await api.get<Money>(`/api/admin/customers/${id}/money`)
    const booking = payments.find(({ refundable }) => refundable >= 10_00)
    if (!booking) continue
    for (const amount of [1_01, 1_02]) {
      const made = await api.post<{ refund: { id: string } }>(
        `/api/admin/customers/${id}/actions`,
        {
          action: 'issue_refund',
          bookingId: booking.bookingId,
          amount,
          reason: 'late',
        },
        { 'idempotency-key': crypto.randomUUID() },
      )
      await api.post(
        `/api/admin/refunds/${made.refund.id}/settle`,
        { outcome: 'paid', reference },
        { 'idempotency-key': crypto.randomUUID() },
      )
    }
    return name
  }
  throw new Error('nobody has paid')
}

const found = (page: Page, text: string) =>
  page.getByRole('list', { name: 'Differences' }).getByRole('listitem').filter({ hasText: text })

async function looksRight(page: Page) {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    const { violations } = await new AxeBuilder({ page }).analyze()
    expect(violations, colorScheme).toEqual([])
  }
  await page.setViewportSize({ width: 390, height: 844 })
  const width = await page.evaluate(() => document.documentElement.scrollWidth)
  expect(width).toBeLessThanOrEqual(390)
  await page.setViewportSize({ width: 1440, height: 900 })
}

test('what differs is found, shown in words, and settled with a word', async ({ page, api }) => {
  await page.goto('/admin/finance')
  await page.getByRole('link', { name: /^Differences/ }).click()
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Differences')
  await expect(page.getByText('Stripe is not connected')).toBeVisible()
  await page.getByRole('button', { name: 'Compare now' }).click()
  await expect(page.getByText(/^Last compared .* by /)).toBeVisible()
  await expect(page.getByRole('heading', { name: /^Nothing differs as of / })).toBeVisible()

  const reference = `BACS ${Date.now()}`
  const name = await paidTwice(api, reference)
  await page.getByRole('button', { name: 'Compare now' }).click()
  const mine = found(page, reference)
  await expect(mine).toHaveCount(2)
  await expect(mine.first()).toContainText('Two transfers with the same reference')
  await expect(mine.first()).toContainText(name)
  await expect(mine.filter({ hasText: '£1.01, succeeded' })).toHaveCount(1)
  await looksRight(page)

  await mine
    .filter({ hasText: '£1.01' })
    .getByRole('button', { name: /^Settle/ })
    .click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Leave it as it is' }).click()
  await expect(dialog.getByLabel('Your word')).toHaveAccessibleErrorMessage(/few words/)
  await dialog.getByLabel('Your word').fill('One transfer for both, seen on the statement')
  await dialog.getByRole('button', { name: 'Leave it as it is' }).click()
  await expect(toast(page)).toContainText('settled')
  await expect(mine).toHaveCount(1)
  await page.getByRole('link', { name: 'Settled' }).click()
  await expect(mine).toContainText('One transfer for both, seen on the statement')
  await page.goto('/admin/finance')
  await expect(page.getByRole('link', { name: /^Differences/ })).toContainText('1')
})

test.describe('reviewer', () => {
  test.use({ as: 'reviewer' })

  test('sees differences and is told why it may not compare', async ({ page }) => {
    await page.goto('/admin/finance/differences')
    await expect(page.getByRole('button', { name: 'Compare now' })).toHaveAccessibleDescription(
      /may not compare books/,
    )
  })
})

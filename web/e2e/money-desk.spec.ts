import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { expect, test, toast, type Api } from './hub'

test.use({ as: 'finance' })

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

/** A refund of this many pence that somebody has to transfer. */
async function toTransfer(api: Api, amount: number): Promise<void> {
  const { customers } = await api.list({ search: 'Amara' })
  const id = customers[0]?.id ?? ''
  const { payments } = await api.get<{ payments: { bookingId: string; refundable: number }[] }>(
    `/api/admin/customers/${id}/money`,
  )
  const bookingId = payments.find(({ refundable }) => refundable >= amount)?.bookingId
  await api.post(
    `/api/admin/customers/${id}/actions`,
    { action: 'issue_refund', bookingId, amount, reason: 'late' },
    { 'idempotency-key': crypto.randomUUID() },
  )
}

test('a dispute is seen with what to do, on the finance page and beside the payment', async ({
  page,
}) => {
  await page.goto('/admin/finance')
  await expect(page.getByText(/dispute waits for an answer at Stripe/)).toBeVisible()
  await page.getByRole('link', { name: 'Open the disputes' }).click()
  const disputes = page.getByRole('list', { name: 'Disputes' })
  await expect(disputes).toContainText('£120.00')
  await expect(disputes).toContainText('Disputed: to be answered')
  await expect(disputes).toContainText('Answer at Stripe by')
  await looksRight(page)
  await page.getByRole('link', { name: 'Won or closed' }).click()
  await expect(disputes).toContainText('Decided for us: the money is back.')
  await page.getByRole('link', { name: 'To be answered' }).click()
  await disputes
    .getByRole('link', { name: 'Callum O’Donnell' })
    .or(disputes.getByRole('link', { name: "Callum O'Donnell" }))
    .click()
  await expect(page.getByRole('table', { name: 'Payments' })).toContainText('£120.00')
})

test('a bank transfer is made by one person at a time', async ({ page, api, open }) => {
  await toTransfer(api, 13_01)
  await page.goto('/admin/finance')
  const mine = page.getByRole('listitem').filter({ hasText: '£13.01' })
  await mine.getByRole('button', { name: /^I am paying/ }).click()
  await expect(mine).toContainText('You are paying this')
  const other = await open({ as: 'superadmin', at: '/admin/finance' })
  const theirs = other.getByRole('listitem').filter({ hasText: '£13.01' })
  await expect(theirs).toContainText('is paying this, until')
  await expect(theirs.getByRole('button', { name: /^Settle/ })).toHaveAttribute(
    'aria-disabled',
    'true',
  )
  await looksRight(other)
  await mine.getByRole('button', { name: /^Settle/ }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog).toBeVisible()
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations).toEqual([])
  await dialog.getByLabel('Reference').fill('FPS 1301')
  await dialog.getByRole('button', { name: 'Mark as paid' }).click()
  await expect(toast(page)).toContainText('marked as paid')
  await expect(theirs).toHaveCount(0)
})

test.describe('a superadmin', () => {
  test.use({ as: 'superadmin' })

  test('changes the words of a refund reason, and retires none by accident', async ({ page }) => {
    await page.goto('/admin/ceilings')
    const row = page
      .getByRole('table', { name: 'Refund reasons' })
      .getByRole('row', { name: /Missed|Not there/ })
    await row.getByRole('button', { name: /^Change/ }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Reason', { exact: true }).fill('Not there')
    await dialog.getByRole('button', { name: 'Save reason' }).click()
    await expect(toast(page)).toContainText('Reason saved')
    await expect(row).toContainText('Not there')
    await expect(row).toContainText('Offered')
    await looksRight(page)
  })

  test('sees that no job is dead', async ({ page }) => {
    await page.goto('/admin/dead-jobs')
    await expect(page.getByRole('heading', { name: 'No job is dead' })).toBeVisible()
    await looksRight(page)
  })
})

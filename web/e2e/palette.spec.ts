import type { Page } from '@playwright/test'
import { customerPath, expect, family, namesOf, rowsOf, test } from './hub'

const palette = (page: Page) => page.getByRole('dialog', { name: 'Go to or do anything' })
const option = (page: Page, name: string | RegExp) => palette(page).getByRole('option', { name })
const active = (page: Page) => palette(page).locator('[role=option][aria-selected=true]')

async function openPalette(page: Page) {
  await page.keyboard.press('ControlOrMeta+k')
  await expect(palette(page).getByRole('combobox')).toBeFocused()
}

test('a customer, a booking and a page are a few letters away', async ({ page, api }) => {
  const customer = await api.customer({ name: `Palette ${family()}` })
  await page.goto('/admin/audit')
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await openPalette(page)
  await page.keyboard.type(customer.name.toLowerCase())
  await expect(option(page, customer.name)).toBeVisible()
  await expect(active(page)).toContainText(customer.name)
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(customerPath(customer))
  await expect(palette(page)).toBeHidden()

  await openPalette(page)
  await page.keyboard.type('sv-demo-a2')
  await expect(option(page, /^SV-DEMO-A2/)).toBeVisible()
  await option(page, /^SV-DEMO-A2/).click()
  await expect(page.getByRole('dialog', { name: 'SV-DEMO-A2' })).toBeVisible()
  await page.keyboard.press('Escape')

  await openPalette(page)
  await page.keyboard.type('cust')
  await expect(active(page)).toBeVisible()
  await option(page, 'Customers').click()
  await expect(namesOf(page).first()).toBeVisible()
})

test('what the page offers can be done, and what one may not do says why', async ({
  page,
  api,
  open,
}) => {
  const customer = await api.customer({ name: `Offer ${family()}` })
  await page.goto(customerPath(customer))
  await expect(page.getByRole('heading', { level: 1, name: customer.name })).toBeVisible()
  await openPalette(page)
  await page.keyboard.type('add fl')
  await expect(active(page)).toContainText('Add flag')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog', { name: /flag/i })).toBeVisible()
  await page.keyboard.press('Escape')

  const reader = await open({ as: 'read_only', at: customerPath(customer) })
  await expect(reader.getByRole('heading', { level: 1, name: customer.name })).toBeVisible()
  await openPalette(reader)
  await reader.keyboard.type('add flag')
  await expect(option(reader, /Add flag/)).toHaveAttribute('aria-disabled', 'true')
  await expect(option(reader, /Add flag/)).toContainText('may not flag customers')
  await reader.keyboard.press('Enter')
  await expect(palette(reader)).toBeVisible()
})

test('the arrows go round, Escape closes, and the focus returns', async ({ page }) => {
  await page.goto('/admin/customers')
  await expect(rowsOf(page).first()).toBeVisible()
  const button = page.getByRole('button', { name: 'Go to or do anything' })
  await button.focus()
  await page.keyboard.press('Enter')
  await expect(palette(page).getByRole('combobox')).toBeFocused()
  const first = await active(page).textContent()
  await page.keyboard.press('ArrowUp')
  await expect(active(page)).not.toHaveText(first ?? '')
  await page.keyboard.press('ArrowDown')
  await expect(active(page)).toHaveText(first ?? '')
  await page.keyboard.type('zzzzzz')
  await expect(palette(page)).toContainText('Nothing fits this.')
  await page.keyboard.press('Escape')
  await expect(palette(page)).toBeHidden()
  await expect(button).toBeFocused()
})

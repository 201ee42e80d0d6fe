import type { Locator, Page } from '@playwright/test'
import {
  customerPath,
  expect,
  filterBox,
  namesOf,
  test,
  toast,
  type Api,
  type Customer,
} from './hub'

/**
 * The tour: by the keyboard alone, somebody finds a customer, refunds a part of an order, and is back in the list on the
 * row they left. Nothing here presses a mouse, and nothing puts the cursor anywhere but by a key.
 */

interface Money {
  payments: { bookingReference: string; refundable: number }[]
  refunds: unknown[]
}

/** Somebody who has paid and got nothing back, and whom others bear the name of. */
async function payer(api: Api): Promise<{ customer: Customer; reference: string }> {
  // The other tests of money take from the top of this list.
  for (let page = 8; page > 0; page -= 1) {
    const { customers } = await api.list({ sortBy: 'ltv', minLtv: 40_00, limit: 25, page })
    for (const customer of customers) {
      if (customer.email?.endsWith('@example.com')) continue
      const surname = customer.name.split(' ').at(-1) ?? ''
      const { payments, refunds } = await api.get<Money>(
        `/api/admin/customers/${customer.id}/money`,
      )
      const alike = await api.list({ search: surname, limit: 25 })
      const [latest] = payments
      const shown = alike.customers.findIndex(({ id }) => id === customer.id)
      if (latest && latest.refundable >= 40_00 && refunds.length === 0 && shown >= 0) {
        return { customer, reference: latest.bookingReference }
      }
    }
  }
  throw new Error('nobody fits')
}

const isFocused = (target: Locator) =>
  target.evaluate((element) => element === document.activeElement)

/** Presses a key until the element has the cursor, as one without a mouse does. */
async function reach(page: Page, key: string, target: Locator, most = 80) {
  await expect(target).toBeVisible()
  for (let presses = 0; presses < most; presses += 1) {
    if (await isFocused(target)) return
    await page.keyboard.press(key)
  }
  await expect(target).toBeFocused()
}

test('find a customer, refund a part of an order, and be back on the same row', async ({
  page,
  api,
}) => {
  const { customer, reference } = await payer(api)
  const surname = customer.name.split(' ').at(-1) ?? ''
  await page.goto('/admin/customers')
  await expect(namesOf(page).first()).toBeVisible()

  await page.keyboard.press('/')
  await page.keyboard.type(surname)
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(new RegExp(`search=${encodeURIComponent(surname)}`))
  const row = page.locator(`[data-row-target][href$="${customer.id}"]`)
  await reach(page, 'Tab', filterBox(page))
  await page.keyboard.press('ArrowDown')
  await expect(namesOf(page).first()).toBeFocused()
  await reach(page, 'ArrowDown', row)
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(customerPath(customer))
  await expect(page.getByRole('heading', { level: 1, name: customer.name })).toBeVisible()

  await reach(page, 'Tab', page.getByRole('link', { name: 'Money', exact: true }))
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(customerPath(customer, 'money'))
  const refund = page.getByRole('button', { name: `Refund ${reference}` })
  await reach(page, 'Tab', refund)
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog')
  await reach(page, 'Tab', dialog.getByLabel('Amount in pounds'))
  await page.keyboard.type('12.34')
  await reach(page, 'Tab', dialog.getByLabel('Reason'))
  await page.keyboard.type('Late')
  await expect(dialog.getByRole('button', { name: 'Refund £12.34' })).toBeVisible()
  await reach(page, 'Tab', dialog.getByRole('button', { name: 'Refund £12.34' }))
  await page.keyboard.press('Enter')
  await expect(toast(page)).toContainText('Refund of £12.34')
  await expect(dialog).toBeHidden()

  await page.keyboard.press('u')
  await expect(page).toHaveURL(new RegExp(`search=${encodeURIComponent(surname)}`))
  await expect(row).toBeFocused()

  await page.keyboard.press('?')
  const shortcuts = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
  await expect(shortcuts).toContainText('Back to the list')
  await page.keyboard.press('Escape')
  await expect(row).toBeFocused()
})

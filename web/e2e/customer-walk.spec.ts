import { expect, namesOf, test } from './hub'

test('from a customer one walks on through the list, past the end of a page', async ({ page }) => {
  await page.goto('/admin/customers?sortBy=name')
  await expect(namesOf(page)).toHaveCount(25)
  const names = await namesOf(page).allTextContents()
  const title = page.getByRole('heading', { level: 1 })
  const walk = page.getByRole('navigation', { name: 'Customers of the list' })
  await namesOf(page).nth(23).click()
  await expect(title).toHaveText(names[23] ?? '')
  await expect(walk).toContainText(/^24 of /)
  await page.getByRole('link', { name: 'Money', exact: true }).click()
  await page.keyboard.press(']')
  await expect(title).toHaveText(names[24] ?? '')
  await expect(page).toHaveURL(/\/money$/)
  await walk.getByRole('button', { name: 'Next customer' }).click()
  await expect(walk).toContainText(/^26 of /)
  await page.keyboard.press('[')
  await expect(walk).toContainText(/^25 of /)
  await expect(title).toHaveText(names[24] ?? '')

  // Who was opened by their address stands in no list.
  await page.reload()
  await expect(title).toHaveText(names[24] ?? '')
  await expect(walk).toBeHidden()
})

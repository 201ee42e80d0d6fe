import { AxeBuilder } from '@axe-core/playwright'
import { customerPath, expect, family, test } from './hub'

test.describe('who looks after the system', () => {
  test.use({ as: 'superadmin' })

  test('sees how the system fares, and what fails', async ({ page }) => {
    await page.goto('/admin/system')
    await expect(page.getByRole('heading', { name: 'Alerts' })).toBeVisible()
    await expect(page.getByText(/nobody is told of them|Told of alerts/)).toBeVisible()
    await expect(page.getByText(/^All sealed|not sealed yet/)).toBeVisible()
    await expect(page.getByText(/^PostgreSQL \d+/)).toBeVisible()
    await expect(page.getByRole('heading', { name: 'Response times' })).toBeVisible()
    await page.getByLabel('Response times over').selectOption('Last day')
    await expect(page.getByText(/Nothing was measured yet|requests? since/).first()).toBeVisible()
    await expect(
      page.getByText(/does not count them|Of the time|% of the time/).first(),
    ).toBeVisible()
    await page.getByRole('link', { name: /dead job/ }).click()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(/^Dead jobs/)
  })

  test('sees how fast pages were in the browsers of those who work', async ({ page, api }) => {
    const customer = await api.customer({ name: `Timed ${family()}` })
    const told = page.waitForResponse((answer) => answer.url().endsWith('/api/page-timings'))
    await page.goto(customerPath(customer))
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(customer.name)
    await page.getByRole('link', { name: 'Money', exact: true }).click()
    await expect(page).toHaveURL(/money$/)
    await page.getByRole('link', { name: 'System', exact: true }).click()
    expect((await told).status()).toBe(204)

    await page.reload()
    const row = page.getByRole('row', { name: /^Customers, one of them/ })
    await expect(row).toContainText(/\d+ ms|\d s/)
    await expect(row.getByText(/Good|Needs work|Poor/).first()).toBeVisible()
    await page.getByLabel('Over which time').selectOption('Latest 28 days')
    await expect(row).toBeVisible()
    const { violations } = await new AxeBuilder({ page }).analyze()
    expect(violations).toEqual([])
  })
})

test('nobody else is offered the page, and its data is refused', async ({ page }) => {
  await page.goto('/admin/customers')
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible()
  await expect(page.getByRole('link', { name: 'System', exact: true })).toHaveCount(0)
  await page.goto('/admin/system')
  await expect(page.getByText(/may not see how the system fares/)).toBeVisible()
})

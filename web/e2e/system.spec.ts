import { AxeBuilder } from '@axe-core/playwright'
import { inDatabase } from './database'
import { customerPath, expect, family, test } from './hub'

// As the hub does it at a start, where PostgreSQL has it.
const COUNT_STATEMENTS = `do $$ begin
  if current_setting('shared_preload_libraries') ~ '\\mpg_stat_statements\\M' then
    create extension if not exists pg_stat_statements;
  end if;
end $$`

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
    await expect(page.getByText(/Of the time|% of the time/).first()).toBeVisible()
    await page.getByRole('link', { name: /dead job/ }).click()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(/^Dead jobs/)
  })

  test('sees which functions ask for the most, where PostgreSQL does not count statements', async ({
    page,
  }) => {
    inDatabase('drop extension if exists pg_stat_statements', 'superuser')
    try {
      await page.goto('/admin/system')
      await expect(page.getByText(/By the function of the program that asks/)).toBeVisible()
      const table = page.getByRole('table', { name: 'Slowest statements' })
      await expect(table.getByRole('columnheader', { name: 'Function' })).toBeVisible()
      await expect(table.getByRole('row', { name: /^[a-z_]+::.+\d %/ }).first()).toBeVisible()
      const { violations } = await new AxeBuilder({ page }).analyze()
      expect(violations).toEqual([])
    } finally {
      inDatabase(COUNT_STATEMENTS, 'superuser')
    }
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

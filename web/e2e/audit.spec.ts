import type { Page } from '@playwright/test'
import { customerPath, expect, family, test } from './hub'

test.use({ as: 'reviewer' })

const rows = (page: Page) =>
  page.getByRole('table', { name: 'Events' }).locator('tbody tr:not([aria-hidden])')

test('a change stands in the trail with its values before and after', async ({ page, desk }) => {
  const ops = await desk.api('ops')
  const customer = await ops.customer({ name: `Audited ${family()}` })
  const name = `Renamed ${family()}`
  await ops.put(`/api/admin/customers/${customer.id}`, customer.version, {
    name,
    email: customer.email,
  })
  await page.goto(`/admin/audit?customer=${customer.id}&kind=change`)
  await expect(rows(page)).toHaveCount(2)
  await expect(rows(page).nth(0)).toContainText('Customer updated')
  await expect(rows(page).nth(0)).toContainText('Olivia Operations')
  await expect(rows(page).nth(1)).toContainText('Customer created')
  await expect(page.getByText(`Customer: ${name}`)).toBeVisible()

  await rows(page).nth(0).getByRole('link', { name: 'Customer updated' }).click()
  await expect(page).toHaveURL(/[?&]event=/)
  const panel = page.getByRole('dialog', { name: 'Customer updated' })
  const changed = panel.getByRole('row').filter({ hasText: 'Name' })
  await expect(changed.getByRole('cell')).toHaveText([customer.name, name])
  await expect(panel).toContainText('Role then')
  await expect(panel.getByRole('button', { name: 'Copy request id' })).toBeVisible()
  await page.reload()
  await expect(changed.getByRole('cell')).toHaveText([customer.name, name])
  await page.keyboard.press('Escape')
  await expect(panel).toBeHidden()
  await expect(page).not.toHaveURL(/[?&]event=/)
  await expect(rows(page)).toHaveCount(2)
})

test('reading a customer leaves its mark, with the one who read', async ({ page, open, api }) => {
  const customer = await api.customer({ name: `Read ${family()}` })
  const reader = await open({ as: 'finance', at: customerPath(customer) })
  await expect(reader.getByRole('heading', { level: 1, name: customer.name })).toBeVisible()
  await page.goto(`/admin/audit?customer=${customer.id}`)
  await page.getByLabel('Kind').selectOption('Access')
  await expect(page).toHaveURL(`/admin/audit?customer=${customer.id}&kind=access`)
  await expect(
    rows(page)
      .filter({ hasText: /Finance/ })
      .first(),
  ).toBeVisible()
  for (const row of await rows(page).all()) await expect(row).toContainText('Access')
})

test('filters by person, kind, action and day; cleared at once', async ({ page, desk }) => {
  await (await desk.api('support')).customer({ name: `Filtered ${family()}` })
  const today = new Date().toLocaleDateString('sv', { timeZone: 'Europe/London' })
  await page.goto('/admin/audit')
  await expect(rows(page).first()).toBeVisible()
  const filters = page.getByRole('search', { name: 'Filter events' })
  const person = filters.getByLabel('Staff member')
  const support = await person.locator('option').filter({ hasText: 'Support' }).textContent()
  await person.selectOption({ label: support ?? '' })
  await filters.getByLabel('Action').selectOption('Customer created')
  await filters.getByLabel('From').fill(today)
  await filters.getByLabel('To').fill(today)
  await expect(page).toHaveURL(new RegExp(`from=${today}&to=${today}`))
  await expect(rows(page).first()).toContainText('Customer created')
  for (const row of await rows(page).all()) {
    await expect(row).toContainText('Customer created')
    await expect(row).toContainText(support ?? '')
  }
  await filters.getByLabel('From').fill('2031-01-01')
  await filters.getByLabel('To').fill('2031-01-02')
  await expect(
    page.getByRole('heading', { name: 'Nothing of this kind has happened' }),
  ).toBeVisible()
  await filters.getByRole('button', { name: 'Clear all' }).click()
  await expect(page).toHaveURL('/admin/audit')
  await expect(rows(page).first()).toBeVisible()
})

test('older events come on request, and none twice', async ({ page }) => {
  await page.goto('/admin/audit')
  await expect(rows(page).first()).toBeVisible()
  const before = await rows(page).count()
  await page.getByRole('button', { name: 'Show more events' }).click()
  await expect.poll(() => rows(page).count()).toBeGreaterThan(before)
  const links = await rows(page)
    .locator('.row-link')
    .evaluateAll((all) => all.map((link) => link.getAttribute('href')))
  expect(new Set(links).size).toBe(links.length)
})

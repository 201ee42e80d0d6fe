import { readFile } from 'node:fs/promises'
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
  // Until the filtered answer is there, what is shown is of the one before.
  await expect(async () => {
    const shown = await rows(page).allTextContents()
    expect(shown.length).toBeGreaterThan(0)
    for (const row of shown) {
      expect(row).toContain('Customer created')
      expect(row).toContain(support)
    }
  }).toPass()
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

test('the whole trail is verified from the page, and says up to where', async ({ page, desk }) => {
  await (await desk.api('support')).customer({ name: `Proved ${family()}` })
  await page.goto('/admin/audit')
  const proof = page.getByRole('region', { name: 'Proof' })
  await expect(proof).toContainText('The anchor outside the database agrees.', { timeout: 10_000 })
  await proof.getByRole('button', { name: 'Verify' }).click()
  await expect(proof).toContainText('asked for by', { timeout: 30_000 })
  await expect(proof).toContainText('Whole')
  await expect(proof).toContainText(/Verified up to seal [\d,]+ at /)
  await page.goto('/admin/audit?action=trail.verified')
  await expect(rows(page).first()).toContainText('The system')
})

test('the filtered trail is saved as a file whose rows lead back to who took it', async ({
  page,
  desk,
}) => {
  const customer = await (await desk.api('support')).customer({ name: `Filed ${family()}` })
  await page.goto(`/admin/audit?customer=${customer.id}`)
  await expect(rows(page).first()).toBeVisible()
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Export' }).click()
  const file = await download
  expect(file.suggestedFilename()).toMatch(/^audit-\d{4}-\d\d-\d\d-[0-9a-f-]{36}\.csv$/)
  const mark = file.suggestedFilename().slice(-40, -4)
  const text = await readFile(await file.path(), 'utf8')
  const lines = text.trimEnd().split('\r\n')
  expect(lines[0]).toMatch(/^id,at,action,.*,export_event$/)
  expect(lines.length).toBeGreaterThan(1)
  for (const line of lines.slice(1)) expect(line.endsWith(`,${mark}`)).toBe(true)
  await page.goto(`/admin/audit?event=${mark}`)
  await expect(page.getByRole('dialog', { name: 'Audit exported' })).toContainText('Role then')
})

test('events are narrowed by address', async ({ page }) => {
  await page.goto('/admin/audit')
  await expect(rows(page).first()).toBeVisible()
  const field = page.getByLabel('IP address')
  await field.fill('203.0.113.254')
  await field.press('Enter')
  await expect(page).toHaveURL(/ip=203\.0\.113\.254/)
  await expect(
    page.getByRole('heading', { name: 'Nothing of this kind has happened' }),
  ).toBeVisible()
  await field.fill('')
  await field.press('Enter')
  await expect(page).not.toHaveURL(/ip=/)
  await expect(rows(page).first()).toBeVisible()
})

test('who looked at a customer is counted, and leads to the events', async ({
  page,
  open,
  api,
}) => {
  const customer = await api.customer({ name: `Watched ${family()}` })
  const reader = await open({ as: 'finance', at: customerPath(customer) })
  await expect(reader.getByRole('heading', { level: 1, name: customer.name })).toBeVisible()
  await page.goto(customerPath(customer))
  await page.getByRole('button', { name: `More actions for ${customer.name}` }).click()
  await page.getByRole('menuitem', { name: 'Who looked' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Who looked' })).toBeVisible()
  const people = page.getByRole('table', { name: 'People who looked' })
  const finance = people.getByRole('row').filter({ hasText: 'Finance' })
  await expect(finance).toHaveCount(1)
  await expect(page.getByRole('table', { name: 'By day and role' })).toContainText('Finance')
  await finance.getByRole('link').click()
  await expect(page).toHaveURL(/kind=access/)
  await expect(rows(page).first()).toContainText('Finance')
})

test('whom a person looked at is counted from the staff page', async ({ page, open, api }) => {
  const customer = await api.customer({ name: `Seen ${family()}` })
  const reader = await open({ as: 'finance', at: customerPath(customer) })
  await expect(reader.getByRole('heading', { level: 1, name: customer.name })).toBeVisible()
  await page.goto('/admin/staff')
  const person = page.getByRole('row').filter({ hasText: 'Finance' }).first()
  await person.getByRole('button', { name: /^Actions for/ }).click()
  await page.getByRole('menuitem', { name: 'Whom they looked at' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Looked at' })).toBeVisible()
  await expect(page.getByRole('table', { name: 'Customers looked at' })).toContainText(
    customer.name,
  )
  const period = page.getByRole('search', { name: 'Period' })
  await period.getByLabel('From').fill('2031-01-01')
  await period.getByLabel('To').fill('2031-01-02')
  await expect(page.getByRole('heading', { name: 'No looks' })).toBeVisible()
})

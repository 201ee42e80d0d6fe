import type { Page } from '@playwright/test'
import { inDatabase } from './database'
import { expect, family, test } from './hub'

test.use({ as: 'superadmin' })

const part = (page: Page, name: string) => page.getByRole('region', { name, exact: true })
const act = (page: Page, name: string) =>
  page.getByRole('main').getByRole('button', { name, exact: true })

test('retention is looked at, switched on, and switched off again', async ({ page }) => {
  // As before the first dry run, whatever other tests have run meanwhile.
  await page.route('**/api/admin/retention', async (route) => {
    const answer = await route.fetch()
    const retention = (await answer.json()) as Record<string, unknown>
    await route.fulfill({ response: answer, json: { ...retention, lastDry: null } })
  })
  await page.goto('/admin/retention')
  const stands = part(page, 'How it stands')
  await expect(stands).toContainText('Everything is kept, however old it is.')
  await expect(act(page, 'Switch on')).toHaveAccessibleDescription(/dry run/)
  await page.unroute('**/api/admin/retention')
  await act(page, 'Dry run').click()
  const report = page.getByRole('table', { name: 'Last dry run' })
  await expect(report.getByRole('row').filter({ hasText: 'Mails' })).toBeVisible({
    timeout: 20_000,
  })
  await act(page, 'Switch on').click()
  const dialog = page.getByRole('alertdialog').or(page.getByRole('dialog'))
  await expect(dialog).toContainText('Nothing brings it back.')
  await dialog.getByRole('button', { name: 'Switch on' }).click()
  await expect(stands).toContainText(/Since .*, by Sarah Superadmin|Since .*, by /)
  await expect(stands).toContainText('Next run:')
  await act(page, 'Switch off').click()
  await dialog.getByRole('button', { name: 'Switch off' }).click()
  await expect(stands).toContainText('Everything is kept, however old it is.')
})

test('a period is changed within its bounds', async ({ page }) => {
  await page.goto('/admin/retention')
  await page.getByRole('button', { name: 'Change the period of Mails' }).click()
  const dialog = page.getByRole('dialog', { name: 'Period: Mails' })
  const months = dialog.getByLabel('Months')
  await months.fill('1')
  await dialog.getByRole('button', { name: 'Save period' }).click()
  await expect(months).toHaveAccessibleErrorMessage(/from 3 to 84/)
  await months.fill('24')
  await dialog.getByRole('button', { name: 'Save period' }).click()
  const mails = page
    .getByRole('list', { name: 'Rules' })
    .getByRole('listitem')
    .filter({ hasText: 'Addressee' })
  await expect(mails).toContainText('2 years')
  await expect(mails).toContainText('1 year unless set')
})

test('who is proposed for erasure is listed, and their page says so', async ({ page, api }) => {
  const name = `Forgotten ${family()}`
  const customer = await api.customer({ name })
  await api.archive(customer)
  inDatabase(
    `update customers set archived_at = now() - interval '9 years' where id = '${customer.id}';
     insert into erasure_proposals (customer_id, last_contact_at, proposed_at)
     select id, last_contact(id), now() from customers where id = '${customer.id}'`,
  )
  await page.goto('/admin/retention')
  const proposed = page.getByRole('table', { name: 'Proposed for erasure' })
  await expect(proposed).toContainText(name)
  await proposed.getByRole('link', { name }).click()
  await expect(page).toHaveURL(new RegExp(`${customer.id}/privacy$`))
  await expect(page.getByText(/Proposed for erasure .* nothing heard of them since/)).toBeVisible()
  await page.getByRole('button', { name: 'Plan an erasure' }).click()
  const dialog = page.getByRole('dialog', { name: 'Plan an erasure' })
  await expect(dialog.getByLabel('Why they are to be erased')).toHaveValue(
    /^Archived; nothing heard since/,
  )
})

test.describe('operations', () => {
  test.use({ as: 'ops' })
  test('reads the rules and changes none', async ({ page }) => {
    await page.goto('/admin/retention')
    await expect(page.getByRole('list', { name: 'Rules' })).toContainText('Limitation Act 1980')
    await expect(act(page, 'Dry run')).toHaveAccessibleDescription(/may not change/)
  })
})

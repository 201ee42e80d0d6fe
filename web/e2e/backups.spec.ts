import { runHub } from './database'
import { expect, test } from './hub'

test.use({ as: 'superadmin' })

test('a copy is made and proved, and its drill is told', async ({ page }) => {
  test.setTimeout(300_000)
  await page.goto('/admin/backups')
  const copies = page.getByRole('region', { name: 'Copies', exact: true })
  await expect(copies).toContainText('encrypted; kept 35 days, the newest three always.')
  await copies.getByRole('button', { name: 'Make one now' }).click()
  // A base that is being made just then comes first.
  const made = copies.getByRole('row').filter({ hasText: /Madehub-\d{8}T\d{6}Z\.backup/ })
  await expect(made.first()).toBeVisible({ timeout: 150_000 })
  const drills = page.getByRole('region', { name: 'Drills', exact: true })
  await drills.getByRole('button', { name: 'Prove the newest' }).click()
  await expect(drills.getByRole('listitem').first()).toContainText('Passed', { timeout: 90_000 })
})

test('to which instants the database can be brought back, and what hinders it', async ({
  page,
}) => {
  test.slow()
  await page.goto('/admin/backups')
  const reach = page.getByRole('region', { name: 'Back to an instant' })
  await expect(reach).toContainText(/still to be made|can be brought back to any instant from/)
  // Another test may be making a copy: one is made at a time.
  await expect(() => runHub('backup', 'create', '--base')).toPass({ timeout: 60_000 })
  // The log of what was done until now comes within the minute.
  await expect(async () => {
    await page.reload()
    await expect(reach).toContainText(/can be brought back to any instant from .+ to .+, .+\./, {
      timeout: 10_000,
    })
  }).toPass({ timeout: 90_000 })

  // A place that takes nothing is tried in Rust.
  await page.route('**/api/admin/backups', async (route) => {
    const answer = await route.fetch()
    const failing = { failingSince: '2026-11-29T09:00:00Z', failure: 'No space left on device' }
    const told = (await answer.json()) as { reach: object }
    await route.fulfill({ json: { ...told, reach: { ...told.reach, ...failing } } })
  })
  await page.reload()
  await expect(reach).toContainText(/Nothing was archived since Sun 29 Nov 2026.*: No space left/)
})

test('whoever may accept a restored database is told everywhere that it waits', async ({
  page,
}) => {
  // A restored hub is another hub; the tests of restoring itself are in Rust.
  await page.route('**/api/admin/backups', async (route) => {
    const fence = {
      epoch: 1,
      restoredAt: '2026-11-28T09:00:00Z',
      takenAt: '2026-11-28T01:00:00Z',
      mails: 1,
      refunds: 2,
    }
    const page = { keepDays: 35, backupWaits: false, drillWaits: false, backups: [], drills: [] }
    await route.fulfill({ json: { ...page, fence } })
  })
  await page.goto('/admin/customers')
  await page.getByRole('link', { name: 'Look and accept' }).click()
  const restored = page.getByRole('region', { name: 'This database was restored' })
  await expect(restored).toContainText('1 mail and 2 refunds wait.')
  await restored.getByRole('button', { name: 'Accept…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Accept the restored database' })
  await dialog.getByRole('button', { name: 'Accept', exact: true }).click()
  const looked = dialog.getByLabel('What was looked at')
  await expect(looked).toHaveAccessibleErrorMessage(/what you looked at/)
  await looked.fill('Stripe and the mail server show nothing after one in the morning')
  await dialog.getByRole('button', { name: 'Accept', exact: true }).click()
  // This hub was not restored, and says so.
  await expect(dialog).toContainText('There is no fence: nothing waits to be accepted.')
})

import type { Page } from '@playwright/test'
import { expect, family, letters, pathOf, test, toast } from './hub'

test.use({ as: 'superadmin' })

const PASSWORD = 'seven brown wardrobes upstairs'

const row = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name })

async function act(page: Page, name: string, item: string) {
  await page.getByRole('button', { name: `Actions for ${name}` }).click()
  await page.getByRole('menuitem', { name: item, exact: true }).click()
}

/** Opens a one-time link as its new owner, who chooses a password. */
async function accept(page: Page) {
  await expect(page.getByRole('heading', { name: 'Welcome to the Customers Hub' })).toBeVisible()
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Save and sign in' }).click()
  await expect(page).toHaveURL('/admin/customers')
}

test('invite, first sign-in, change of role, end of the account', async ({ page, open }) => {
  const name = `Ingrid ${family()}`
  const email = `${letters()}@example.org`
  await page.goto('/admin/staff')
  await page.getByRole('button', { name: 'Invite' }).click()
  const dialog = page.getByRole('dialog', { name: 'Invite a colleague' })
  await dialog.getByRole('button', { name: 'Create invitation' }).click()
  await expect(dialog.getByLabel('Name')).toHaveAccessibleErrorMessage('Enter the name')
  await dialog.getByLabel('Name').fill(name)
  await dialog.getByLabel('E-mail').fill(email)
  await dialog.getByLabel('Role').selectOption('Finance')
  await dialog.getByRole('button', { name: 'Create invitation' }).click()
  const shown = page.getByRole('dialog', { name: 'Invitation link' })
  await expect(shown).toContainText('It works once')
  const link = pathOf((await shown.locator('.one-time-link span').first().textContent()) ?? '')
  await shown.getByRole('button', { name: 'Close' }).first().click()
  await expect(row(page, name)).toContainText('Invited')

  const invited = await open({ at: link })
  await expect(invited.getByText(email)).toBeVisible()
  await invited.getByLabel('Password').fill('short')
  await invited.getByRole('button', { name: 'Save and sign in' }).click()
  await expect(invited.getByLabel('Password')).toHaveAccessibleErrorMessage(
    'Use at least 12 characters',
  )
  await accept(invited)
  await expect(invited.getByRole('button', { name: `Account of ${name}, Finance` })).toBeVisible()
  const again = await open({ at: link })
  await expect(again.getByRole('heading', { name: 'This link does not work' })).toBeVisible()

  await act(page, name, 'Change name or role')
  const change = page.getByRole('dialog', { name: `Change ${name}` })
  await change.getByLabel('Role').selectOption('Reviewer')
  await change.getByRole('button', { name: 'Save changes' }).click()
  await expect(row(page, name)).toContainText('Reviewer')
  await expect(row(page, name)).toContainText('Active')
  await invited.goto('/admin/customers')
  await expect(invited.getByRole('link', { name: 'Audit' })).toBeVisible()

  await act(page, name, 'Disable')
  const question = page.getByRole('alertdialog', { name: `Disable ${name}?` })
  await expect(question).toContainText('signed out everywhere at once')
  await question.getByRole('button', { name: 'Disable' }).click()
  await expect(toast(page)).toContainText(`${name} can no longer sign in`)
  await expect(row(page, name)).toContainText('Disabled')
  await expect(invited.getByText('Your session has ended.')).toBeVisible()
  await invited.getByLabel('E-mail').fill(email)
  await invited.getByLabel('Password').fill(PASSWORD)
  await invited.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(invited.getByRole('alert')).toBeVisible()
  await expect(invited).toHaveURL(/\/sign-in/)

  await act(page, name, 'Enable')
  await expect(row(page, name)).toContainText('Active')
})

test('sessions of a colleague are shown by address and ended', async ({ page, open, api }) => {
  const name = `Sven ${family()}`
  const colleague = await open({
    at: await api.invite(name, `${letters()}@example.org`, 'support'),
  })
  await accept(colleague)
  await page.goto('/admin/staff')
  await act(page, name, 'Sessions')
  await expect(page).toHaveURL(/\?sessions=/)
  const panel = page.getByRole('dialog', { name: `Sessions of ${name}` })
  await expect(panel.getByRole('listitem')).toHaveCount(1)
  await panel.getByRole('button', { name: 'Sign out everywhere' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Sign out' }).click()
  await expect(colleague.getByText('Your session has ended.')).toBeVisible()
  await expect(panel).toContainText(`${name} is not signed in anywhere.`)
})

test('nobody changes their own role or disables themselves', async ({ page }) => {
  await page.goto('/admin/staff')
  const mine = row(page, 'superadmin@demo.example.com')
  await mine.getByRole('button').click()
  for (const name of [/^Change name or role/, /^Disable/]) {
    const item = page.getByRole('menuitem', { name })
    await expect(item).toHaveAttribute('aria-disabled', 'true')
    await expect(item).toContainText('Somebody else has to do this for you.')
  }
})

test('the permission table says who may do what', async ({ page }) => {
  await page.goto('/admin/staff')
  await page.getByRole('link', { name: 'Permissions' }).click()
  await expect(page).toHaveURL('/admin/staff?tab=permissions')
  const table = page.getByRole('region', { name: 'Permissions' }).getByRole('table')
  await expect(table.getByRole('columnheader')).toHaveCount(7)
  await expect(table.getByRole('columnheader').nth(1)).toHaveText('Superadmin')
  for (const cell of await table.locator('tbody tr td:nth-child(2)').all()) {
    await expect(cell).toHaveText('yes')
  }
})

test('an incomplete link says so', async ({ open }) => {
  for (const at of ['/welcome', '/welcome#token=nonsense']) {
    const page = await open({ at })
    await expect(page.getByRole('heading', { name: 'This link does not work' })).toBeVisible()
  }
})

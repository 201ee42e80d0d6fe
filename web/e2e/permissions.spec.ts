import type { Locator, Page } from '@playwright/test'
import { customerPath, expect, family, rowsOf, test, type Role } from './hub'

const nav = (page: Page) =>
  page.getByRole('navigation', { name: 'Main' }).getByRole('list').getByRole('link')

/** Disabled, still reachable, and the reason in words. */
async function expectBlocked(act: Locator, reason: RegExp) {
  await expect(act).toHaveAttribute('aria-disabled', 'true')
  await expect(act).toHaveAccessibleDescription(reason)
}

test.describe('read only', () => {
  test.use({ as: 'read_only' })

  test('sees the list and may neither create, export nor edit', async ({ page }) => {
    await page.goto('/admin/customers')
    await expect(rowsOf(page)).toHaveCount(25)
    await expectBlocked(
      page.getByRole('button', { name: 'New customer' }),
      /^Your role, Read only, may not create customers\./,
    )
    await expectBlocked(page.getByRole('button', { name: 'Export' }), /may not export customers\./)
    await page.getByRole('button', { name: 'New customer' }).click({ force: true })
    await expect(page.getByRole('dialog')).toHaveCount(0)

    await page
      .getByRole('button', { name: /^Actions for/ })
      .first()
      .click()
    const edit = page.getByRole('menuitem', { name: /^Edit/ })
    await expect(edit).toHaveAttribute('aria-disabled', 'true')
    await expect(edit).toContainText('may not edit customers')
    await expect(page.getByRole('menuitem', { name: 'View' })).toBeEnabled()
  })

  test('the reason shows on hover and on focus', async ({ page }) => {
    await page.goto('/admin/customers')
    await expect(rowsOf(page)).toHaveCount(25)
    const hint = page.locator('.hint')
    await page.getByRole('button', { name: 'New customer' }).hover()
    await expect(hint).toContainText('may not create customers')
    await page.mouse.move(0, 400)
    await expect(hint).toBeHidden()
    await page.getByRole('button', { name: 'Export' }).focus()
    await page.keyboard.press('Tab')
    await expect(hint.filter({ hasText: 'may not create customers' })).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(hint).toBeHidden()
  })

  test('sees a whole customer and may change nothing', async ({ page, api }) => {
    const amara = await api.demo('SV-DEMO-A3')
    await page.goto(customerPath(amara))
    const edit = /may not edit customers, addresses and contacts\. A superadmin can change that\.$/
    const acts = page.getByRole('main').getByRole('button')
    await expect(page.getByRole('heading', { level: 1, name: 'Amara Okafor' })).toBeVisible()
    await expectBlocked(acts.filter({ hasText: /^Edit$/ }), edit)
    for (const add of await acts.filter({ hasText: 'Add note' }).all()) {
      await expectBlocked(add, /may not write notes\./)
    }
    await page.getByRole('button', { name: /^More actions/ }).click()
    await expect(page.getByRole('menuitem', { name: /^Archive/ })).toContainText(
      'may not archive and restore customers',
    )
    await page.keyboard.press('Escape')

    await page.goto(customerPath(amara, 'addresses'))
    await expectBlocked(page.getByRole('button', { name: 'Add address' }), edit)
    await expectBlocked(page.getByRole('button', { name: 'Add contact' }), edit)
    await page.getByRole('button', { name: 'Actions for address Home' }).click()
    for (const act of ['Edit', 'Remove']) {
      const item = page.getByRole('menuitem', { name: new RegExp(`^${act}`) })
      await expect(item).toHaveAttribute('aria-disabled', 'true')
      await expect(item).toContainText('may not edit customers')
    }
    await page.keyboard.press('Escape')
    for (const [tab, text] of [
      ['bookings', 'SV-DEMO-A2'],
      ['tickets', 'Damage'],
      ['timeline', 'SV-DEMO-A2'],
    ] as const) {
      await page.goto(customerPath(amara, tab))
      await expect(page.getByRole('link', { name: text }).first()).toBeVisible()
    }
  })

  test('the server refuses what the screen does not offer', async ({ desk, api }) => {
    const customer = await api.customer({ name: `Safe ${family()}` })
    await (await desk.api('read_only')).refuses(customer)
  })

  test('a forbidden address says that it is forbidden', async ({ page }) => {
    // Each section that one may not see says so.
    for (const [path, sections] of [
      ['/admin/audit', 2],
      ['/admin/staff', 1],
    ] as const) {
      await page.goto(path)
      await expect(page.getByRole('heading', { name: 'Not allowed' })).toHaveCount(sections)
      await expect(page.getByRole('main')).not.toContainText('Try again in a moment')
    }
  })
})

const places: Record<Role, string[]> = {
  superadmin: [
    'Customers',
    'Approvals',
    'Finance',
    'Audit',
    'Data requests',
    'Trash',
    'Bulk acts',
    'Staff',
    'Ceilings',
    'Retention',
    'Backups',
    'System',
    'Dead jobs',
  ],
  ops: ['Customers', 'Approvals', 'Data requests', 'Trash', 'Bulk acts', 'Retention'],
  support: ['Customers', 'Approvals', 'Data requests', 'Trash', 'Bulk acts'],
  finance: ['Customers', 'Approvals', 'Finance', 'Trash', 'Bulk acts'],
  reviewer: [
    'Customers',
    'Approvals',
    'Finance',
    'Audit',
    'Data requests',
    'Trash',
    'Bulk acts',
    'Staff',
    'Retention',
  ],
  read_only: ['Customers', 'Trash', 'Bulk acts'],
}
for (const role of Object.keys(places) as Role[]) {
  test.describe(role, () => {
    test.use({ as: role })
    test(`the navigation of ${role} shows what is permitted`, async ({ page }) => {
      await page.goto('/account')
      // Beside the words a count may stand.
      await expect(nav(page).locator('.nav-text')).toHaveText([...places[role], 'Help'])
    })
  })
}

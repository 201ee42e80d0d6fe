/** What stands around the list: its views, the palette, its table between the widths that other pages are looked at. */
import { customerPath, expect, letters, test } from './hub'
import { heading, lookAt, open } from './looking'

lookAt([
  {
    name: 'palette',
    at: async (api) => customerPath(await api.demo('SV-DEMO-A3')),
    ready: heading('Amara'),
    then: async (page) => {
      await open('Go to or do anything')(page)
      await page.keyboard.type('a')
    },
  },
  {
    name: 'save-view',
    at: '/admin/customers?status=inactive&search=SV-DEMO-A3',
    ready: heading(/^Customers/),
    then: async (page) => {
      await page.getByRole('button', { name: 'Saved views' }).click()
      await page.getByRole('menuitem', { name: 'Save what is shown' }).click()
      await expect(page.getByRole('dialog')).toBeVisible()
    },
  },
  {
    name: 'saved-views',
    at: async (api) => {
      await api.post('/api/admin/saved-views', {
        name: `A view with a rather long name, as long as they come ${letters(4)}`,
        filter: { status: 'inactive', city: 'London' },
      })
      return '/admin/customers'
    },
    as: 'superadmin',
    ready: (page) => page.locator('.row-link').nth(24),
    then: async (page) => {
      await page.getByRole('button', { name: 'Saved views' }).click()
      await page.getByRole('menuitem', { name: 'Manage views' }).click()
      await expect(page.getByRole('dialog').getByRole('listitem').first()).toBeVisible()
    },
  },
])

test('whatever the width, the menu of a row is on the screen and the name can be read', async ({
  page,
}) => {
  await page.goto('/admin/customers')
  const row = page
    .getByRole('row')
    .filter({ has: page.locator('.row-link') })
    .first()
  await expect(row).toBeVisible()
  for (let width = 768; width <= 1536; width += 32) {
    await page.setViewportSize({ width, height: 900 })
    const card = await row.locator('xpath=ancestor::*[contains(@class, "card")]').boundingBox()
    const menu = await row.getByRole('button', { name: /^Actions for/ }).boundingBox()
    // The first cell holds the box that ticks the row.
    const name = await row.getByRole('cell').nth(1).boundingBox()
    expect(name?.width, `name at ${width}`).toBeGreaterThan(140)
    const right = (box: { x: number; width: number } | null) => (box ? box.x + box.width : NaN)
    expect(right(menu), `menu at ${width}`).toBeLessThanOrEqual(right(card))
  }
})

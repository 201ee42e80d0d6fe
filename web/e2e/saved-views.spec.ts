import type { Page } from '@playwright/test'
import { expect, letters, namesOf, rowsOf, test, toast } from './hub'

const views = (page: Page) => page.getByRole('navigation', { name: 'Views' })
const tab = (page: Page, name: string) => views(page).getByRole('link', { name, exact: true })
const menu = async (page: Page, item: string) => {
  await views(page).getByRole('button', { name: 'Saved views' }).click()
  await page.getByRole('menuitem', { name: item }).click()
}
const managed = (page: Page, name: string) =>
  page.getByRole('dialog', { name: 'Saved views' }).getByRole('listitem').filter({ hasText: name })
const actOn = async (page: Page, name: string, act: string) => {
  await managed(page, name)
    .getByRole('button', { name: `Actions for ${name}` })
    .click()
  await page.getByRole('menuitem', { name: act }).click()
}

test('what the list shows is saved, pinned, opened, renamed, and removed with a way back', async ({
  page,
}) => {
  const [name, better] = [`Quiet ${letters()}`, `Silent ${letters()}`]
  await page.goto('/admin/customers?status=inactive&sortBy=ltv&search=emma')
  await expect(page.getByRole('heading', { level: 1, name: /^Customers/ })).toBeVisible()
  await menu(page, 'Save what is shown')
  const dialog = page.getByRole('dialog', { name: 'Save what is shown' })
  await expect(dialog).toContainText('Status: Inactive, in the order that is shown now.')
  await expect(dialog).toContainText('What was searched for is not kept')
  await dialog.getByLabel('Name').fill(name)
  await dialog.getByRole('button', { name: 'Save view' }).click()
  await expect(toast(page)).toContainText(`View saved: ${name}`)

  await tab(page, 'Everybody').click()
  await expect(page).toHaveURL('/admin/customers')
  await expect(tab(page, 'Everybody')).toHaveAttribute('aria-current', 'page')
  await expect(namesOf(page).first()).toBeVisible()
  await tab(page, name).click()
  await expect(page).toHaveURL('/admin/customers?status=inactive&sortBy=ltv')
  await expect(tab(page, name)).toHaveAttribute('aria-current', 'page')

  await menu(page, 'Manage views')
  await actOn(page, name, 'Rename')
  const rename = page.getByRole('dialog', { name: 'Rename view' })
  await rename.getByLabel('Name').fill(better)
  await rename.getByRole('button', { name: 'Save changes' }).click()
  await expect(managed(page, better)).toContainText('Status: Inactive')
  await managed(page, better)
    .getByRole('button', { name: `Unpin ${better}` })
    .click()
  await expect(managed(page, better).getByRole('button', { name: `Pin ${better}` })).toBeVisible()
  await actOn(page, better, 'Remove')
  await toast(page)
    .locator('.toast', { hasText: `View removed: ${better}` })
    .getByRole('button', { name: 'Undo' })
    .click()
  await expect(toast(page)).toContainText(`View is back: ${better}`)
  await menu(page, 'Manage views')
  await expect(managed(page, better)).toHaveCount(1)
  await page.keyboard.press('Escape')
  await expect(tab(page, better)).toHaveCount(0)

  await page.goto('/admin/customers?status=flagged')
  await expect(page.getByRole('heading', { level: 1, name: /^Customers/ })).toBeVisible()
  await menu(page, 'Manage views')
  await actOn(page, better, 'Keep what is shown now instead')
  await expect(managed(page, better)).toContainText('Status: Flagged')
  await actOn(page, better, 'Remove')
  await expect(toast(page)).toContainText(`View removed: ${better}`)
})

test('a shared view is on the desk of a colleague, who pins it for themselves', async ({
  page,
  open,
}) => {
  const name = `Shared ${letters()}`
  await page.goto('/admin/customers?openTickets=true')
  await expect(rowsOf(page).first()).toBeVisible()
  await menu(page, 'Save what is shown')
  await page.getByRole('dialog').getByLabel('Name').fill(name)
  await page.getByRole('button', { name: 'Save view' }).click()
  await expect(tab(page, name)).toBeVisible()

  const colleague = await open({ as: 'support', at: '/admin/customers' })
  await expect(rowsOf(colleague).first()).toBeVisible()
  await views(colleague).getByRole('button', { name: 'Saved views' }).click()
  await expect(colleague.getByRole('menuitem', { name })).toHaveCount(0)
  await colleague.keyboard.press('Escape')

  await menu(page, 'Manage views')
  await actOn(page, name, 'Share with everybody')
  await expect(managed(page, name)).toContainText('shared by you')

  await colleague.reload()
  await menu(colleague, name)
  await expect(colleague).toHaveURL('/admin/customers?openTickets=true')
  await menu(colleague, 'Manage views')
  await expect(managed(colleague, name)).toContainText('shared by')
  await managed(colleague, name)
    .getByRole('button', { name: `Pin ${name}` })
    .click()
  await colleague.keyboard.press('Escape')
  await expect(tab(colleague, name)).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(tab(page, name)).toBeVisible()

  await menu(page, 'Manage views')
  await actOn(page, name, 'Remove')
  await expect(tab(page, name)).toHaveCount(0)
  await colleague.reload()
  await expect(rowsOf(colleague).first()).toBeVisible()
  await expect(tab(colleague, name)).toHaveCount(0)
})

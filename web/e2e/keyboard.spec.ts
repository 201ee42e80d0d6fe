import type { Locator, Page } from '@playwright/test'
import {
  customerPath,
  DEMO_PASSWORD,
  emailOf,
  expect,
  family,
  filterBox,
  namesOf,
  test,
  toast,
} from './hub'

/** Presses Tab until the element has the cursor, as one without a mouse does. */
async function tabTo(page: Page, target: Locator, most = 40) {
  for (let presses = 0; presses < most; presses += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return
    await page.keyboard.press('Tab')
  }
  await expect(target).toBeFocused()
}

/** The focused element can be told from the others. */
async function expectVisibleFocus(target: Locator) {
  await expect(target).toBeFocused()
  await expect
    .poll(() =>
      target.evaluate((element) => {
        const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element)
        return (outlineStyle !== 'none' && parseFloat(outlineWidth) > 0) || boxShadow !== 'none'
      }),
    )
    .toBe(true)
}

test.describe('without a mouse', () => {
  test.use({ as: 'nobody' })

  test('sign in, find, open, edit, save', async ({ page, api }) => {
    const customer = await api.customer({ name: `Keys ${family()}` })
    const name = `Typed ${family()}`
    await page.goto('/sign-in')
    await tabTo(page, page.getByLabel('E-mail'))
    await expectVisibleFocus(page.getByLabel('E-mail'))
    await page.keyboard.type(emailOf('support'))
    await page.keyboard.press('Tab')
    await page.keyboard.type(DEMO_PASSWORD)
    await page.keyboard.press('Enter')
    await expect(namesOf(page).first()).toBeVisible()

    await page.keyboard.press('/')
    await page.keyboard.type(customer.name)
    await page.keyboard.press('Enter')
    await expect(namesOf(page)).toHaveText([customer.name])
    await tabTo(page, filterBox(page))
    await page.keyboard.press('ArrowDown')
    await expectVisibleFocus(namesOf(page).first())
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL(customerPath(customer))

    const edit = page.getByRole('button', { name: 'Edit', exact: true })
    await expect(edit).toBeVisible()
    await tabTo(page, edit)
    await expectVisibleFocus(edit)
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog', { name: `Edit ${customer.name}` })
    await expect(dialog).toBeVisible()
    await tabTo(page, dialog.getByLabel('Name'))
    await page.keyboard.press('ControlOrMeta+a')
    await page.keyboard.type(name)
    await page.keyboard.press('Enter')
    await expect(dialog).toBeHidden()
    await expect(page.getByRole('heading', { level: 1, name })).toBeVisible()
    await expect(toast(page)).toContainText('Saved')
    await expect(edit).toBeFocused()
  })
})

test('the skip link comes first and leads to the content', async ({ page }) => {
  await page.goto('/account')
  await expect(page.getByRole('heading', { level: 1, name: 'Account' })).toBeVisible()
  await page.keyboard.press('Tab')
  const skip = page.getByRole('link', { name: 'Skip to the content' })
  await expect(skip).toBeFocused()
  await expect(skip).toBeInViewport()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('main')).toBeFocused()
  await page.keyboard.press('Tab')
  await expect(page.getByRole('button', { name: 'Change password' })).toBeFocused()
})

test('a dialog keeps the focus in, Escape closes it, and focus returns', async ({ page, api }) => {
  await page.goto(customerPath(await api.customer({ name: `Focus ${family()}` })))
  const edit = page.getByRole('button', { name: 'Edit', exact: true })
  await edit.focus()
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog')
  await expect(dialog).toBeVisible()
  for (let presses = 0; presses < 10; presses += 1) {
    await page.keyboard.press('Tab')
    await expect(dialog.locator(':focus')).toHaveCount(1)
  }
  await page.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
  await expect(edit).toBeFocused()
})

test('Escape in a changed form asks; what was typed is kept or discarded', async ({
  page,
  api,
}) => {
  const customer = await api.customer({ name: `Escape ${family()}` })
  await page.goto(customerPath(customer))
  const edit = page.getByRole('button', { name: 'Edit', exact: true })
  await edit.focus()
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: `Edit ${customer.name}` })
  const question = page.getByRole('alertdialog', { name: 'Discard your changes?' })
  await dialog.getByLabel('Name').fill('Half a name')
  await page.keyboard.press('Escape')
  await expect(question.getByRole('button', { name: 'Keep editing' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(question).toBeHidden()
  await expect(dialog.getByLabel('Name')).toHaveValue('Half a name')

  await page.keyboard.press('Escape')
  await expect(question.getByRole('button', { name: 'Keep editing' })).toBeFocused()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await expect(dialog).toBeHidden()
  await expect(page.getByRole('heading', { level: 1, name: customer.name })).toBeVisible()
  await expect(edit).toBeFocused()
})

test('going back with a changed form open asks too', async ({ page, api }) => {
  const customer = await api.customer({ name: `Backward ${family()}` })
  await page.goto(`/admin/customers?search=${encodeURIComponent(customer.name)}`)
  await namesOf(page).first().click()
  await page.getByRole('button', { name: 'Edit', exact: true }).click()
  await page.getByRole('dialog').getByLabel('Name').fill('Half a name')
  await page.evaluate(() => history.back())
  const question = page.getByRole('alertdialog', { name: 'Discard your changes?' })
  await question.getByRole('button', { name: 'Keep editing' }).click()
  await expect(page).toHaveURL(customerPath(customer))
  await expect(page.getByRole('dialog').getByLabel('Name')).toHaveValue('Half a name')
})

test('a menu opens, walks, and gives the focus back', async ({ page, api }) => {
  await page.goto(customerPath(await api.customer({ name: `Menu ${family()}` })))
  const more = page.getByRole('button', { name: /^More actions/ })
  await more.focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('menu')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('menu')).toBeHidden()
  await expect(more).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('menu')).toBeVisible()
  // The last one archives.
  await page.keyboard.press('End')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toBeHidden()
  await expect(more).toBeFocused()
})

test('a side panel opens from its row by Enter and gives the focus back', async ({ page, api }) => {
  await page.goto(customerPath(await api.demo('SV-DEMO-A3'), 'bookings'))
  const link = page.getByRole('link', { name: 'SV-DEMO-A2' })
  await link.focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog', { name: 'SV-DEMO-A2' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toBeHidden()
  await expect(link).toBeFocused()
})

test('a question mark lists the shortcuts, except where one types', async ({ page }) => {
  await page.goto('/admin/customers')
  await expect(namesOf(page).first()).toBeVisible()
  const list = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
  await filterBox(page).focus()
  await page.keyboard.press('?')
  await expect(filterBox(page)).toHaveValue('?')
  await expect(list).toBeHidden()
  await filterBox(page).fill('')
  await page.getByRole('heading', { level: 1 }).click()
  await page.keyboard.press('?')
  await expect(list).toBeVisible()
  await expect(list).toContainText('Search customers')
  await page.keyboard.press('Escape')
  await expect(list).toBeHidden()
})

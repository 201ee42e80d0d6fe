import type { Page } from '@playwright/test'
import { expect, family, letters, namesOf, rowsOf, test, toast, type Api } from './hub'
import { heading, lookAt } from './looking'

const bar = (page: Page) => page.getByRole('region', { name: 'Selected customers' })
const box = (page: Page, name: string) => page.getByRole('checkbox', { name: `Select ${name}` })
const dialog = (page: Page) => page.getByRole('dialog')
const press = (page: Page, name: string | RegExp) =>
  dialog(page).getByRole('button', { name }).click()
const told = (page: Page, text: string) => toast(page).locator('.toast', { hasText: text })

/** So many people of one family, in the order of their names. */
async function people(api: Api, count: number): Promise<{ name: string; names: string[] }> {
  const name = family()
  const names = Array.from({ length: count }, (_, at) => `P${String(at + 10)} ${name}`)
  await Promise.all(names.map((each) => api.customer({ name: each })))
  return { name, names }
}

const listOf = (name: string) => `/admin/customers?search=${name}&sortBy=name`

test('a range of rows is flagged together, and it is taken back', async ({ page, api }) => {
  const { name, names } = await people(api, 5)
  await page.goto(listOf(name))
  await expect(namesOf(page)).toHaveText(names)
  await box(page, names[1] ?? '').click()
  await box(page, names[3] ?? '').click({ modifiers: ['Shift'] })
  await expect(bar(page)).toContainText('3 selected')
  await bar(page).getByRole('button', { name: 'Flag', exact: true }).click()
  await press(page, 'Check first')
  await expect(dialog(page).getByLabel('Kind')).toHaveAccessibleErrorMessage('Choose a kind')
  await dialog(page).getByLabel('Kind').selectOption('VIP')
  await dialog(page).getByLabel('Reason').fill('Invited us to their party')
  await press(page, 'Check first')
  await expect(dialog(page)).toContainText('3 of 3 customers would be changed.')
  await expect(dialog(page)).toContainText(names.slice(1, 4).join(', '))
  await press(page, 'Flag 3 customers')
  await expect(told(page, '3 customers flagged: VIP')).toBeVisible()
  await expect(bar(page)).toBeHidden()
  const flagged = rowsOf(page).filter({ hasText: 'VIP' })
  await expect(flagged).toHaveCount(3)

  // Two of the five carry it already when all are flagged.
  await page.getByRole('checkbox', { name: 'Select all on this page' }).click()
  await expect(bar(page)).toContainText('5 selected')
  await bar(page).getByRole('button', { name: 'Flag', exact: true }).click()
  await dialog(page).getByLabel('Kind').selectOption('VIP')
  await dialog(page).getByLabel('Reason').fill('All of them')
  await press(page, 'Check first')
  await expect(dialog(page)).toContainText('2 of 5 customers would be changed.')
  await expect(dialog(page)).toContainText('3: They carry this flag already.')
  await press(page, 'Cancel')
  await expect(flagged).toHaveCount(3)

  await told(page, '3 customers flagged: VIP').getByRole('button', { name: 'Undo' }).click()
  await expect(told(page, 'Flag VIP removed from 3 customers')).toBeVisible()
  await expect(flagged).toHaveCount(0)
})

test('everybody who matches is archived, stands in the trash, and comes back', async ({
  page,
  api,
}) => {
  const { name, names } = await people(api, 27)
  await page.goto(listOf(name))
  await expect(namesOf(page)).toHaveCount(25)
  await page.getByRole('checkbox', { name: 'Select all on this page' }).click()
  await bar(page).getByRole('button', { name: 'Select all 27 that match' }).click()
  await expect(bar(page)).toContainText('27 selected: all that match')
  // Somebody who joins now was not there to be chosen.
  await bar(page).getByRole('button', { name: 'Archive' }).click()
  await expect(dialog(page)).toContainText('Nothing is deleted')
  await dialog(page).getByLabel('Why').fill('Moved away together')
  await press(page, 'Check first')
  await expect(dialog(page)).toContainText('27 of 27 customers would be changed.')
  await expect(dialog(page)).toContainText(`${names.slice(0, 5).join(', ')} and 22 more`)
  await press(page, 'Archive 27 customers')
  await expect(told(page, '27 customers archived')).toBeVisible()
  await expect(page.getByRole('heading', { name: /No customer/ })).toBeVisible()

  await page.goto(`/admin/trash?search=${name}`)
  const rows = page.getByRole('table', { name: 'Archived customers' }).locator('tbody tr')
  await expect(rows).toHaveCount(27)
  await expect(rows.first()).toContainText('by Olivia Operations')
  await expect(rows.first()).toContainText('Moved away together')
  const first = (await rows.first().locator('.row-link').textContent()) ?? ''
  await page.getByRole('button', { name: `Restore ${first}` }).click()
  await expect(rows).toHaveCount(26)
  await told(page, `${first} is restored`).getByRole('button', { name: 'Undo' }).click()
  await expect(rows).toHaveCount(27)

  await page.getByRole('checkbox', { name: 'Select all on this page' }).click()
  await bar(page).getByRole('button', { name: 'Restore' }).click()
  await press(page, 'Check first')
  await press(page, 'Restore 27 customers')
  await expect(told(page, '27 customers restored')).toBeVisible()
  await expect(page.getByRole('heading', { name: 'Nobody in the trash matches' })).toBeVisible()

  await page.goto('/admin/bulk-runs')
  const runs = page.getByRole('list', { name: 'Bulk acts' }).getByRole('listitem')
  await expect(runs.first()).toContainText('27 of 27 customers changed')
  await runs.first().getByRole('button', { name: 'Details: Restore' }).click()
  await expect(page).toHaveURL(/run=/)
  await expect(dialog(page).getByLabel('Outcome')).toContainText('Changed: 27')
  await expect(dialog(page).getByRole('listitem')).toHaveCount(27)
})

test('whom an act refuses is listed before and after', async ({ page, api }) => {
  const name = family()
  const email = `${letters()}@example.org`
  const old = await api.customer({ name: `Old ${name}`, email })
  const free = await api.customer({ name: `Free ${name}` })
  await api.archive(old)
  await api.archive(free)
  await api.customer({ name: `New ${name}`, email })
  await page.goto(`/admin/trash?search=${name}`)
  await page.getByRole('checkbox', { name: 'Select all on this page' }).click()
  await bar(page).getByRole('button', { name: 'Restore' }).click()
  await press(page, 'Check first')
  await expect(dialog(page)).toContainText('1 of 2 customers would be changed.')
  const refused = dialog(page).getByRole('region', { name: 'Refused' })
  await expect(refused).toContainText('1: Another customer has their e-mail address now.')
  await expect(refused).toContainText(old.name)
  await press(page, 'Restore 1 customer')
  await expect(told(page, '1 customer restored, 1 refused')).toBeVisible()
  await page.goto('/admin/bulk-runs')
  await page.getByRole('button', { name: 'Details: Restore' }).first().click()
  await expect(dialog(page).getByLabel('Outcome')).toContainText('Refused: 1')
  await expect(dialog(page).getByRole('listitem')).toContainText([old.name])
  await expect(dialog(page)).toContainText('Another customer has their e-mail address now.')
})

test('rows are selected by keyboard, and Escape lets them go', async ({ page, api }) => {
  const { name, names } = await people(api, 4)
  await page.goto(listOf(name))
  await expect(namesOf(page)).toHaveText(names)
  await namesOf(page).first().focus()
  await page.keyboard.press('x')
  await expect(box(page, names[0] ?? '')).toBeChecked()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Shift+X')
  await expect(bar(page)).toContainText('3 selected')
  await page.keyboard.press('x')
  await expect(bar(page)).toContainText('2 selected')
  await page.keyboard.press('Escape')
  await expect(bar(page)).toBeHidden()
  await expect(namesOf(page).nth(2)).toBeFocused()

  // In the column of the boxes the arrows go from box to box.
  await box(page, names[0] ?? '').focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Space')
  await expect(box(page, names[1] ?? '')).toBeChecked()
  // What was selected of one list is not selected of another.
  await page.goto('/admin/customers')
  await expect(bar(page)).toBeHidden()
})

test('the selected rows are exported, and no others', async ({ page, api }) => {
  const { name, names } = await people(api, 3)
  await page.goto(listOf(name))
  await box(page, names[0] ?? '').click()
  await box(page, names[2] ?? '').click()
  const downloading = page.waitForEvent('download')
  await bar(page).getByRole('button', { name: 'Export selected' }).click()
  expect((await downloading).suggestedFilename()).toMatch(/^customers-selected.*\.csv$/)
  await expect(toast(page)).toContainText('Exported 2 customers')
})

test.describe('who may not archive', () => {
  test.use({ as: 'support' })

  test('is told why, and may flag', async ({ page, api }) => {
    const { name, names } = await people(api, 1)
    await page.goto(listOf(name))
    await box(page, names[0] ?? '').click()
    await expect(bar(page).getByRole('button', { name: 'Archive' })).toHaveAccessibleDescription(
      /Your role, Support, may not archive/,
    )
    await expect(bar(page).getByRole('button', { name: 'Flag', exact: true })).toBeEnabled()
  })
})

const selected = async (page: Page) => {
  await page
    .getByRole('checkbox', { name: /^Select (?!all)/ })
    .first()
    .click()
  await expect(bar(page)).toBeVisible()
}

lookAt([
  {
    name: 'bulk-bar',
    at: '/admin/customers',
    ready: (page) => namesOf(page).first(),
    then: selected,
  },
  {
    name: 'bulk-check',
    at: '/admin/customers',
    ready: (page) => namesOf(page).first(),
    then: async (page) => {
      await selected(page)
      await bar(page).getByRole('button', { name: 'Flag', exact: true }).click()
      await dialog(page).getByLabel('Kind').selectOption('VIP')
      await dialog(page).getByLabel('Reason').fill('Only looking')
      await press(page, 'Check first')
      await expect(dialog(page)).toContainText('would be changed')
    },
  },
  {
    name: 'trash',
    at: async (api) => {
      const { name } = await people(api, 1)
      const customer = await api.demo(name)
      await api.archive(customer)
      return '/admin/trash'
    },
    ready: heading(/^Trash/),
    then: selected,
  },
  {
    name: 'bulk-runs',
    at: async (api) => {
      const customer = await api.customer({ name: `Looked ${family()}` })
      const body = { customers: [customer.id] }
      const { id } = await api.post<{ id: string }>('/api/admin/selections', body)
      const act = { action: 'add_flag', kind: 'vip', reason: 'Only looking' }
      await api.post(`/api/admin/selections/${id}/run`, act, { 'idempotency-key': letters() })
      return '/admin/bulk-runs'
    },
    ready: (page) => page.getByRole('button', { name: 'Details: Flag VIP' }).first(),
  },
])

import type { Page } from '@playwright/test'
import { customerPath, expect, family, mobile, test, toast, type Api } from './hub'
import { lookAt } from './looking'

const dialog = (page: Page) => page.getByRole('dialog')
const part = (page: Page, name: string) => page.getByRole('region', { name, exact: true })

/** Two records of one person, found by a family name that nobody else has. */
async function twice(api: Api) {
  const name = family()
  const [one, other] = [mobile(), mobile()]
  const emma = await api.customer({ name: `Emma ${name}`, phone: `0${one}` })
  const twin = await api.customer({
    name: `E ${name}`,
    email: `${name.toLowerCase()}@example.org`,
    phone: `0${other}`,
  })
  return { name, emma, twin }
}

test('two records are merged and parted again by keyboard alone', async ({ page, api }) => {
  const { name, emma, twin } = await twice(api)
  await api.post(`/api/admin/customers/${twin.id}/notes`, { body: 'Has a piano' })
  await page.goto(customerPath(emma))

  await page.getByRole('button', { name: `More actions for Emma ${name}` }).focus()
  await page.keyboard.press('Enter')
  const act = page.getByRole('menuitem', { name: 'Merge with another record' })
  await expect(act).toBeVisible()
  await expect(async () => {
    await page.keyboard.press('ArrowDown')
    await expect(act).toHaveAttribute('data-highlighted', '', { timeout: 50 })
  }).toPass()
  await page.keyboard.press('Enter')
  await dialog(page).getByRole('button', { name: 'Compare the two' }).focus()
  await page.keyboard.press('Enter')
  await expect(dialog(page).getByRole('searchbox')).toHaveAccessibleErrorMessage(/Choose/)
  await dialog(page).getByRole('searchbox').focus()
  await page.keyboard.type(`E ${name}`)
  await dialog(page)
    .getByRole('radio', { name: `E ${name}` })
    .focus()
  await page.keyboard.press('Space')
  await dialog(page).getByRole('button', { name: 'Compare the two' }).focus()
  await page.keyboard.press('Enter')

  const records = dialog(page).getByRole('table', { name: 'The two records' })
  await expect(records.getByRole('row', { name: 'E-mail' })).toContainText('None')
  await expect(dialog(page)).toContainText('1 note moves here')
  await dialog(page).getByRole('group', { name: 'Name to keep' }).getByRole('radio').first().focus()
  await page.keyboard.press('ArrowDown')
  await dialog(page).getByRole('button', { name: 'Merge', exact: true }).focus()
  await page.keyboard.press('Enter')
  await expect(dialog(page).getByRole('textbox')).toHaveAccessibleErrorMessage(/reason/)
  await page.keyboard.type('The same piano')
  await dialog(page).getByRole('button', { name: 'Merge', exact: true }).focus()
  await page.keyboard.press('Enter')

  await expect(toast(page)).toContainText('is part of this record now')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(`E ${name}`)
  await expect(page.getByRole('main')).toContainText('Has a piano')
  const merged = part(page, 'Merged records')
  await expect(merged).toContainText('The same piano')

  await page.goto(customerPath(twin))
  await expect(page).toHaveURL(customerPath(emma))
  await expect(toast(page)).toContainText('was merged into')

  await merged.getByRole('button', { name: `Undo the merge of E ${name}` }).focus()
  await page.keyboard.press('Enter')
  await dialog(page).getByRole('textbox').focus()
  await page.keyboard.type('Two sisters')
  await dialog(page).getByRole('button', { name: 'Undo the merge' }).focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(`Emma ${name}`)
  await expect(merged).toContainText('Two sisters')
  await page.goto(customerPath(twin))
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(`E ${name}`)
  await expect(page.getByRole('main')).toContainText('Has a piano')
})

test('what stands in the way is said, and who may not merge is told so', async ({
  page,
  api,
  open,
}) => {
  const { emma, twin } = await twice(api)
  await api.post(`/api/admin/customers/${twin.id}/holds`, { reason: 'A court case' })
  await page.goto(`${customerPath(emma)}?act=merge&on=${twin.id}`)
  await expect(dialog(page)).toContainText('is under a legal hold')
  await expect(dialog(page).getByRole('button', { name: 'Merge', exact: true })).toHaveCount(0)

  const support = await open({ as: 'support', at: customerPath(emma) })
  await support.getByRole('button', { name: /^More actions/ }).click()
  await expect(
    support.getByRole('menuitem', { name: /Merge with another record/ }),
  ).toHaveAttribute('aria-disabled', 'true')
})

lookAt([
  {
    name: 'merge',
    at: async (api) => {
      const { emma, twin } = await twice(api)
      return `${customerPath(emma)}?act=merge&on=${twin.id}`
    },
    ready: (page) => page.getByRole('table', { name: 'The two records' }),
  },
  {
    name: 'merge-blocked',
    at: async (api) => {
      const { emma, twin } = await twice(api)
      await api.post(`/api/admin/customers/${twin.id}/holds`, { reason: 'A court case' })
      return `${customerPath(emma)}?act=merge&on=${twin.id}`
    },
    ready: (page) => page.getByText('is under a legal hold'),
  },
  {
    name: 'merged-records',
    at: async (api) => {
      const { emma, twin } = await twice(api)
      const body = { otherId: twin.id, survivorVersion: 1, otherVersion: 1, reason: 'The same' }
      await api.post(`/api/admin/customers/${emma.id}/merge`, body)
      return customerPath(emma)
    },
    ready: (page) => page.getByRole('list', { name: 'Merged records' }),
  },
])

import type { Page } from '@playwright/test'
import { customerPath, expect, family, rowsOf, test, toast, type Api, type Customer } from './hub'

const head = (page: Page) => page.locator('.customer-head')
const flags = (page: Page) => page.getByRole('region', { name: 'Flags', exact: true })
const badge = (page: Page, word: string) =>
  head(page).getByRole('link', { name: word, exact: true })

async function fillFlag(page: Page, kind: string, reason: string) {
  await head(page).getByRole('button', { name: 'Add flag' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Kind').selectOption(kind)
  await dialog.getByLabel('Reason').fill(reason)
}

const submit = (page: Page, act: string) =>
  page.getByRole('dialog').getByRole('button', { name: act, exact: true }).click()

function flag(api: Api, { id }: Customer, kind: string, reason: string) {
  const data = { action: 'add_flag', kind, reason }
  return api.post(`/api/admin/customers/${id}/actions`, data)
}

test('a flag is seen in the header, on the overview, in the list and by a colleague', async ({
  page,
  api,
  open,
}) => {
  const name = family()
  const customer = await api.customer({ name: `Flora ${name}` })
  const other = await open({ as: 'support', at: customerPath(customer) })
  await expect(head(other)).toContainText(customer.name)
  await page.goto(customerPath(customer))
  await expect(flags(page)).toContainText('No flags.')

  await head(page).getByRole('button', { name: 'Add flag' }).click()
  const dialog = page.getByRole('dialog', { name: `Flag ${customer.name}` })
  await submit(page, 'Add flag')
  await expect(dialog.getByLabel('Kind')).toHaveAccessibleErrorMessage('Choose a kind')
  await expect(dialog.getByLabel('Reason')).toHaveAccessibleErrorMessage('Enter the reason')
  await dialog.getByLabel('Kind').selectOption('Payment risk')
  await dialog.getByLabel('Reason').fill('Disputed a payment in May')
  await dialog.getByLabel('Notes').fill('Take a deposit first.')
  await dialog.getByLabel('Last day').fill('2020-01-01')
  await submit(page, 'Add flag')
  await expect(dialog.getByLabel('Last day')).toHaveAccessibleErrorMessage(
    'Last day must not lie in the past',
  )
  await expect(badge(page, 'Payment risk')).toHaveCount(0)
  await dialog.getByLabel('Last day').fill('2030-03-31')
  await submit(page, 'Add flag')
  await expect(dialog).toBeHidden()
  await expect(toast(page)).toContainText('Flag added: Payment risk')

  await expect(badge(page, 'Payment risk')).toHaveAccessibleDescription('Disputed a payment in May')
  await badge(page, 'Payment risk').hover()
  await expect(page.locator('.hint')).toHaveText('Disputed a payment in May')
  const open_ = flags(page).getByRole('list', { name: 'Open flags' })
  await expect(open_).toContainText('Take a deposit first.')
  await expect(open_).toContainText('Olivia Operations')
  await expect(open_).toContainText('until 31 Mar 2030')
  await expect(badge(other, 'Payment risk')).toBeVisible()
  await expect(page.getByText('Flag added: Payment risk').first()).toBeVisible()

  await page.goto(`/admin/customers?search=${name}&status=flagged`)
  await expect(rowsOf(page)).toHaveCount(1)
  await expect(rowsOf(page)).toContainText('Payment risk')
})

test('a flag goes with a reason, stays in the history, and comes back by undo', async ({
  page,
  api,
  open,
}) => {
  const customer = await api.customer({ name: `Gone ${family()}` })
  await flag(api, customer, 'abusive', 'Shouted at the crew')
  const other = await open({ as: 'finance', at: customerPath(customer) })
  await expect(badge(other, 'Abusive')).toBeVisible()
  await page.goto(customerPath(customer))
  await page.getByRole('button', { name: /^More actions/ }).click()
  await page.getByRole('menuitem', { name: 'Remove flag: Abusive' }).click()
  await submit(page, 'Remove flag')
  const why = page.getByRole('dialog').getByLabel('Why it goes')
  await expect(why).toHaveAccessibleErrorMessage('Enter why it goes')
  await why.fill('Apologised in writing')
  await submit(page, 'Remove flag')
  await expect(toast(page)).toContainText('Flag removed: Abusive')
  await expect(badge(page, 'Abusive')).toHaveCount(0)
  await expect(badge(other, 'Abusive')).toHaveCount(0)

  await flags(page).getByRole('button', { name: 'Show earlier flags' }).click()
  const earlier = flags(page).getByRole('list', { name: 'Earlier flags' })
  await expect(earlier).toContainText('Shouted at the crew')
  await expect(earlier).toContainText(/Removed by Olivia Operations .*Apologised in writing/)

  await toast(page).getByRole('button', { name: 'Undo' }).click()
  await expect(badge(page, 'Abusive')).toBeVisible()
  await expect(badge(other, 'Abusive')).toBeVisible()
  await expect(flags(page).getByRole('list', { name: 'Open flags' })).toContainText(
    'Shouted at the crew',
  )
})

test('a flag that was added by mistake is taken back from the message', async ({ page, api }) => {
  const customer = await api.customer({ name: `Oops ${family()}` })
  await page.goto(customerPath(customer))
  await fillFlag(page, 'VIP', 'Wrong customer')
  await submit(page, 'Add flag')
  await expect(badge(page, 'VIP')).toBeVisible()
  await toast(page).getByRole('button', { name: 'Undo' }).click()
  await expect(badge(page, 'VIP')).toHaveCount(0)
  await expect(flags(page)).toContainText('No flags.')
})

test('a flag stands at once, and goes again with the reason when it is refused', async ({
  page,
  api,
}) => {
  const customer = await api.customer({ name: `Hasty ${family()}` })
  await page.goto(customerPath(customer))
  let release = () => {}
  const held = new Promise<void>((resolve) => (release = resolve))
  await page.route('**/actions', async (route) => {
    await held
    await route.continue()
  })
  await fillFlag(page, 'Other', 'Calls at night')
  await submit(page, 'Add flag')
  await expect(head(page).locator('.badge', { hasText: 'Other' })).toBeVisible()
  // Somebody was quicker.
  await flag(api, customer, 'other', 'Calls at night and shouts')
  release()
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByLabel('Kind')).toHaveAccessibleErrorMessage(
    /This customer has been flagged by .* already: Other\./,
  )
  await expect(dialog.getByLabel('Reason')).toHaveValue('Calls at night')
  await expect(head(page).locator('.badge', { hasText: 'Other' })).toHaveCount(1)
  await expect(page.locator('.customer-head .badge-link')).toHaveAttribute('aria-describedby', /.+/)
})

test.describe('read only', () => {
  test.use({ as: 'read_only' })

  test('sees flags and is told why they may not be changed', async ({ page, api }) => {
    const customer = await api.customer({ name: `Looked ${family()}` })
    await flag(api, customer, 'vip', 'Recommends us')
    await page.goto(customerPath(customer))
    await expect(badge(page, 'VIP')).toBeVisible()
    for (const add of await page.getByRole('button', { name: 'Add flag' }).all()) {
      await expect(add).toHaveAttribute('aria-disabled', 'true')
      await expect(add).toHaveAccessibleDescription(
        /^Your role, Read only, may not flag customers\./,
      )
    }
    const remove = flags(page).getByRole('button', { name: 'Remove flag: Recommends us' })
    await expect(remove).toHaveAttribute('aria-disabled', 'true')
    await page.getByRole('button', { name: /^More actions/ }).click()
    const item = page.getByRole('menuitem', { name: /^Remove flag: VIP/ })
    await expect(item).toHaveAttribute('aria-disabled', 'true')
    await expect(item).toContainText('may not flag customers')
  })
})

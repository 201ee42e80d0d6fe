import type { Page } from '@playwright/test'
import { customerPath, expect, family, test, toast } from './hub'

const dialog = (page: Page) => page.getByRole('dialog')
const press = (page: Page, name: string | RegExp) =>
  dialog(page).getByRole('button', { name, exact: true }).click()
const act = (page: Page, name: string) =>
  page.getByRole('main').getByRole('button', { name, exact: true })
const title = (page: Page) => page.getByRole('heading', { level: 1 })
const part = (page: Page, name: string) => page.getByRole('region', { name, exact: true })

test('a request goes from the day it comes to the day it is closed', async ({
  page,
  api,
  open,
}) => {
  const customer = await api.customer({ name: `Emma ${family()}` })
  await page.goto('/admin/data-requests')
  await page.getByRole('button', { name: 'New request' }).click()
  await press(page, 'Write down')
  await expect(dialog(page).getByLabel('What is asked')).toHaveAccessibleErrorMessage(/Choose/)
  await expect(dialog(page).getByLabel('In their words')).toHaveAccessibleErrorMessage(/Enter/)
  await dialog(page).getByLabel('What is asked').selectOption('access')
  await dialog(page).getByLabel('How it came').selectOption('Letter')
  await dialog(page).getByLabel('In their words').fill('Everything that you know about me, please.')
  await press(page, 'Write down')
  await expect(dialog(page).getByLabel('Who asks')).toHaveAccessibleErrorMessage(/is needed/)
  await dialog(page).getByRole('searchbox', { name: 'Customer' }).fill(customer.name)
  await dialog(page).getByRole('radio', { name: customer.name }).check()
  await press(page, 'Write down')

  await expect(title(page)).toHaveText(/^Access request DR-\d+ ?Received/)
  await expect(part(page, 'Why this date')).toContainText('Received. The day of receipt counts.')
  await expect(part(page, 'Why this date')).toContainText('UK GDPR Art. 12(3)')
  await act(page, 'Confirm identity').click()
  await press(page, 'Confirm identity')
  await expect(title(page)).toContainText('In progress')

  await act(page, 'Ask back').click()
  await press(page, 'Ask back')
  await expect(dialog(page).getByLabel('What was asked back')).toHaveAccessibleErrorMessage(/Say/)
  await dialog(page).getByLabel('What was asked back').fill('All years?')
  await press(page, 'Ask back')
  await expect(title(page)).toContainText('Clock stands')
  await expect(part(page, 'Why this date')).toContainText('The clock stands still')
  await act(page, 'Enter the answer').click()
  await dialog(page).getByLabel('Their answer').fill('All of them')
  await press(page, 'Enter the answer')

  await act(page, 'Prepare the answer').click()
  await press(page, 'Prepare the answer')
  await expect(dialog(page).getByLabel('What was done')).toHaveAccessibleErrorMessage(/Say what/)
  await dialog(page).getByLabel('What was done').fill('A copy of everything was made.')
  await press(page, 'Prepare the answer')
  await expect(title(page)).toContainText('In review')
  await expect(act(page, 'Approve')).toHaveAccessibleDescription(/you have prepared this answer/)

  const reviewer = await open({ as: 'reviewer', at: new URL(page.url()).pathname })
  await act(reviewer, 'Approve').click()
  await dialog(reviewer).getByLabel('Your word').fill('Complete')
  await press(reviewer, 'Approve')
  await expect(title(reviewer)).toContainText('Approved')
  await expect(act(reviewer, 'Mark as sent')).toHaveAccessibleDescription(/may not handle/)

  await expect(title(page)).toContainText('Approved')
  await part(page, 'What a copy would hold').getByRole('button', { name: 'Count' }).click()
  await expect(part(page, 'What a copy would hold')).toContainText('Who you are to us')
  await act(page, 'Send by one-time link').click()
  await press(page, 'Send by one-time link')
  await expect(dialog(page).getByLabel(/How the link reaches them/)).toHaveAccessibleErrorMessage(
    /No mail server/,
  )
  await dialog(page)
    .getByLabel(/How the link reaches them/)
    .selectOption('hand_over')
  await press(page, 'Send by one-time link')
  const link = (await dialog(page).locator('.one-time-link > span').first().textContent()) ?? ''
  await expect(dialog(page)).toContainText('Ready to be fetched')
  await dialog(page).getByRole('button', { name: 'Close' }).first().click()
  await expect(title(page)).toContainText('Delivered')
  const theirs = await page.context().newPage()
  await theirs.goto(link)
  const download = theirs.waitForEvent('download')
  await theirs.getByRole('button', { name: 'Download my data' }).click()
  await download
  await theirs.close()
  await expect(part(page, 'Copies sent')).toContainText('Fetched')
  await act(page, 'Close').click()
  await expect(toast(page)).toContainText(/DR-\d+ closed/)
  await expect(part(page, 'Why this date')).toContainText('in time')
  await expect(page.getByRole('link', { name: 'Certificate (PDF)' })).toBeVisible()
  await expect(part(page, 'Steps').getByRole('listitem')).toHaveCount(8)

  await page.goto(customerPath(customer, 'privacy'))
  await expect(page.getByRole('table', { name: 'Data requests' })).toContainText('Closed')
  await page.goto(customerPath(customer, 'timeline'))
  await page.getByRole('link', { name: /^Data request DR-\d+ \(access\): closed/ }).click()
  await expect(title(page)).toContainText('Closed')
})

test('a refusal names its ground and cannot go out without the rights being told', async ({
  page,
  api,
  open,
}) => {
  const customer = await api.customer({ name: `Noor ${family()}` })
  await page.goto(customerPath(customer, 'privacy'))
  await page.getByRole('button', { name: 'New request' }).click()
  await dialog(page).getByLabel('What is asked').selectOption('erasure')
  await dialog(page).getByLabel('How it came').selectOption('Phone')
  await dialog(page).getByLabel('In their words').fill('Forget me.')
  await press(page, 'Write down')
  await act(page, 'Confirm identity').click()
  await press(page, 'Confirm identity')
  await act(page, 'Prepare the answer').click()
  await dialog(page).getByLabel('We refuse').check()
  await press(page, 'Prepare the answer')
  await expect(dialog(page).getByLabel('Ground')).toHaveAccessibleErrorMessage('Choose a ground')
  await dialog(page).getByLabel('Ground').selectOption('legal_obligation')
  await press(page, 'Prepare the answer')
  await expect(part(page, 'Answer')).toContainText('UK GDPR Art. 17(3)(b)')

  const reviewer = await open({ as: 'reviewer', at: new URL(page.url()).pathname })
  await act(reviewer, 'Approve').click()
  await dialog(reviewer).getByLabel('Your word').fill('Yes')
  await press(reviewer, 'Approve')
  await act(page, 'Mark as sent').click()
  await press(page, 'Mark as sent')
  await expect(dialog(page).getByRole('alert').first()).toContainText('Art. 12(4)')
  await dialog(page).getByRole('checkbox').check()
  await press(page, 'Mark as sent')
  await expect(title(page)).toContainText('Refused')
})

test('the list is narrowed by its address, and the navigation counts what is due', async ({
  page,
  api,
}) => {
  const customer = await api.customer({ name: `Tariq ${family()}` })
  const month = 30 * 24 * 3600 * 1000
  await api.post('/api/admin/data-requests', {
    kind: 'objection',
    customerId: customer.id,
    channel: 'web',
    receivedOn: new Date(Date.now() - 2 * month).toISOString().slice(0, 10),
    asked: 'No more advertising',
  })
  await page.goto('/admin/data-requests?show=overdue&kind=objection')
  const table = page.getByRole('table', { name: 'Data requests' })
  await expect(table).toContainText(customer.name)
  await expect(table).toContainText(/\d+ days overdue/)
  const nav = page.getByRole('navigation', { name: 'Main' })
  await expect(nav.getByRole('link', { name: /^Data requests \d+ due/ })).toBeVisible()
  await page.getByLabel('Kind').selectOption('Complaint')
  await expect(page).toHaveURL('/admin/data-requests?show=overdue&kind=complaint')
  await expect(page.getByText('No such request here')).toBeVisible()
  await page.getByRole('button', { name: 'Clear all' }).click()
  await expect(table).toContainText(customer.name)
})

test.describe('finance', () => {
  test.use({ as: 'finance' })
  test('is not shown data requests', async ({ page, api }) => {
    await page.goto('/admin/data-requests')
    await expect(page.getByRole('heading', { name: 'Not allowed' })).toBeVisible()
    await page.goto(customerPath(await api.demo('SV-DEMO-A3'), 'privacy'))
    await expect(page.getByRole('button', { name: 'New request' })).toHaveCount(0)
  })
})

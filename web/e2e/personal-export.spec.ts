import type { Page } from '@playwright/test'
import { customerPath, expect, family, test } from './hub'

const copies = (page: Page) =>
  page.getByRole('region', { name: 'Copies of everything', exact: true })
const dialog = (page: Page) => page.getByRole('dialog')

/** Asks for a copy and gives the link that is shown. */
async function makeCopy(page: Page): Promise<string> {
  await copies(page).getByRole('button', { name: 'Make a copy' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Make the copy' }).click()
  await expect(dialog(page).getByRole('status').first()).toContainText('Ready to be fetched')
  return (await dialog(page).locator('.one-time-link > span').first().textContent()) ?? ''
}

test('a copy of everything is made, handed over by its link, and fetched once', async ({
  page,
  api,
  open,
  browser,
}) => {
  const customer = await api.customer({ name: `Emma ${family()}` })
  const colleague = await open({ as: 'ops', at: customerPath(customer, 'privacy') })
  await expect(copies(colleague)).toContainText('None made yet.')
  await page.goto(customerPath(customer, 'privacy'))
  const link = await makeCopy(page)
  await dialog(page).getByRole('button', { name: 'Close' }).first().click()
  await expect(copies(colleague)).toContainText('Ready to be fetched')

  // The customer: another browser, without a sign-in, without script.
  const context = await browser.newContext({ javaScriptEnabled: false, acceptDownloads: true })
  const theirs = await context.newPage()
  await theirs.goto(link)
  await theirs.goto(link)
  await expect(theirs.getByRole('heading', { level: 1 })).toHaveText('Your data')
  const download = theirs.waitForEvent('download')
  await theirs.getByRole('button', { name: 'Download my data' }).click()
  expect((await download).suggestedFilename()).toMatch(/^your-data-\d{4}-\d\d-\d\d\.zip$/)
  expect(await (await download).failure()).toBeNull()
  await expect(copies(colleague)).toContainText('Fetched')
  await theirs.goto(link)
  await expect(theirs.getByRole('heading', { level: 1 })).toHaveText('This link opens nothing')
  await context.close()

  await page.goto(customerPath(customer, 'timeline'))
  await expect(page.getByText('Copy of everything fetched by its link')).toBeVisible()
})

test('whoever asked for a copy can download it at once', async ({ page, api }) => {
  const customer = await api.customer({ name: `Noor ${family()}` })
  await page.goto(customerPath(customer, 'privacy'))
  await makeCopy(page)
  const download = page.waitForEvent('download')
  await dialog(page).getByRole('button', { name: 'Download here' }).click()
  expect((await download).suggestedFilename()).toMatch(/\.zip$/)
  await expect(dialog(page).getByRole('status').first()).toContainText('Fetched')
})

test('who may not make copies is told so', async ({ api, open }) => {
  const customer = await api.customer({ name: `Ada ${family()}` })
  const support = await open({ as: 'support', at: customerPath(customer, 'privacy') })
  await expect(
    copies(support).getByRole('button', { name: 'Make a copy' }),
  ).toHaveAccessibleDescription(/may not make copies of everything/)
})

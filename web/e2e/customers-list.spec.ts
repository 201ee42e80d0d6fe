import { readFile } from 'node:fs/promises'
import type { Page } from '@playwright/test'
import {
  csv,
  customerPath,
  expect,
  family,
  filterBox,
  find,
  mobile,
  namesOf,
  rowsOf,
  test,
  toast,
} from './hub'

const heading = (page: Page) => page.getByRole('heading', { level: 1, name: /^Customers/ })
const pages = (page: Page) => page.getByRole('navigation', { name: 'Pages' })
const chip = (page: Page, text: string) =>
  page.getByRole('group', { name: 'Filters in force' }).getByText(text, { exact: true })
const figure = (page: Page, name: string) =>
  page
    .getByRole('region', { name: 'Figures for this filter' })
    .locator('.stat', { has: page.getByText(name, { exact: true }) })
    .locator('.stat-value')
const pounds = (pence: number) =>
  (pence / 100).toLocaleString('en-GB', { style: 'currency', currency: 'GBP' })

test('every kind of search finds the one customer', async ({ page, api }) => {
  const name = family()
  const number = mobile()
  const customer = await api.customer({
    name: `Zoë ${name}`,
    email: `zoe.${name.toLowerCase()}@example.org`,
    phone: `0${number}`,
  })
  await page.goto('/admin/customers')
  await expect(rowsOf(page).first()).toBeVisible()

  const [code, first, second] = [number.slice(0, 4), number.slice(4, 7), number.slice(7)]
  const spellings = [
    `zoe ${name.toUpperCase()}`,
    `${name} Zoë`,
    name.slice(0, 6).toLowerCase(),
    `ZOE.${name}@example.org`,
    `0${number}`,
    `0${code} ${first}${second}`,
    `+44 ${code} ${first}-${second}`,
    `+44${number}`,
    `0${code}-${first}-${second}`,
  ]
  for (const spelling of spellings) {
    await test.step(spelling, async () => {
      await find(page, spelling)
      await expect(namesOf(page)).toHaveText([customer.name])
    })
  }
})

test('a postcode finds with and without its space, as typed and in capitals', async ({
  page,
  api,
}) => {
  const customer = await api.customer({ name: `Postcode ${family()}` })
  await api.address(customer, {
    label: 'Home',
    line1: '1 Harbour Row',
    city: 'Lerwick',
    postcode: 'ZE3 9JW',
  })
  await page.goto('/admin/customers')
  for (const spelling of ['ZE3 9JW', 'ze39jw', 'Ze3 9jw']) {
    await find(page, spelling)
    await expect(namesOf(page).filter({ hasText: customer.name })).toHaveCount(1)
  }
})

test('a booking reference finds its customer', async ({ page }) => {
  await page.goto('/admin/customers')
  for (const spelling of ['SV-DEMO-A3', 'sv-demo-a3']) {
    await find(page, spelling)
    await expect(namesOf(page)).toHaveText(['Amara Okafor'])
  }
})

test('the search of the top bar leads to the list from any page, and / reaches it', async ({
  page,
}) => {
  await page.goto('/account')
  await expect(page.getByRole('heading', { level: 1, name: 'Account' })).toBeVisible()
  await page.keyboard.press('/')
  await expect(page.getByLabel('Search customers')).toBeFocused()
  await page.keyboard.type('okafor amara')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL('/admin/customers?search=okafor+amara')
  await expect(namesOf(page)).toHaveText(['Amara Okafor'])
  await expect(chip(page, 'Search: okafor amara')).toBeVisible()
})

test('filter by status: every row has it, the count and the figures follow', async ({
  page,
  api,
}) => {
  await page.goto('/admin/customers')
  await page.getByLabel('Status').selectOption('inactive')
  await expect(page).toHaveURL('/admin/customers?status=inactive')
  await expect(chip(page, 'Status: Inactive')).toBeVisible()
  const { pagination, kpis } = await api.list({ status: 'inactive', limit: 1 })
  await expect(heading(page)).toHaveText(`Customers${pagination.total.toLocaleString('en-GB')}`)
  await expect(figure(page, 'Customers')).toHaveText(kpis.customers.toLocaleString('en-GB'))
  await expect(figure(page, 'Active')).toHaveText('0')
  await expect(figure(page, 'LTV')).toHaveText(pounds(kpis.totalLtv))
  await expect(figure(page, 'Average LTV')).toHaveText(pounds(kpis.averageLtv))
  await expect(figure(page, 'Orders')).toHaveText(kpis.orders.toLocaleString('en-GB'))
  await expect(figure(page, 'Cancellations')).toHaveText(kpis.cancelled.toLocaleString('en-GB'))
  for (const row of await rowsOf(page).all()) {
    await expect(row).toContainText(/Inactive|VIP|Payment risk|Abusive|Do not|Vulner|Fraud|Other/)
  }
})

test('figures that can be pressed filter and sort', async ({ page }) => {
  await page.goto('/admin/customers')
  const strip = page.getByRole('region', { name: 'Figures for this filter' })
  const active = strip.getByRole('button', { name: /^Active/ })
  await active.click()
  await expect(page).toHaveURL('/admin/customers?status=active')
  await expect(active).toHaveAttribute('aria-pressed', 'true')
  await active.click()
  await expect(page).toHaveURL('/admin/customers')
  await strip.getByRole('button', { name: /^LTV/ }).click()
  await expect(page).toHaveURL('/admin/customers?sortBy=ltv&sortOrder=desc')
  await expect(page.getByRole('columnheader', { name: 'LTV' })).toHaveAttribute(
    'aria-sort',
    'descending',
  )
})

test('more filters: chips in words, removed one by one and all at once', async ({ page, api }) => {
  await page.goto('/admin/customers')
  await page.getByRole('button', { name: 'More filters' }).click()
  const dialog = page.getByRole('dialog', { name: 'More filters' })
  await dialog.getByLabel('E-mail').selectOption('Verified')
  await dialog.getByLabel('Open tickets').selectOption('Without open tickets')
  await dialog.getByLabel('LTV from').fill('1o0')
  await dialog.getByRole('button', { name: 'Show customers' }).click()
  await expect(dialog.getByText('An amount such as £250 or 250.00')).toBeVisible()
  await dialog.getByLabel('LTV from').fill('£100')
  await dialog.getByLabel('Joined from').fill('2020-01-31')
  await dialog.getByLabel('City').fill('London')
  await dialog.getByRole('button', { name: 'Show customers' }).click()
  await expect(dialog).toBeHidden()

  const filter = {
    verified: 'true',
    openTickets: 'false',
    joinedFrom: '2020-01-31',
    minLtv: 10_000,
    city: 'London',
  }
  for (const text of [
    'E-mail verified',
    'Without open tickets',
    'Joined from 31 Jan 2020',
    'LTV from £100.00',
    'City: London',
  ]) {
    await expect(chip(page, text)).toBeVisible()
  }
  const narrow = await api.list(filter)
  expect(narrow.pagination.total).toBeGreaterThan(0)
  await expect(heading(page)).toHaveText(`Customers${narrow.pagination.total}`)

  await page.getByRole('button', { name: 'Remove filter City: London' }).click()
  await expect(chip(page, 'City: London')).toBeHidden()
  const { city: _, ...rest } = filter
  const wide = await api.list(rest)
  expect(wide.pagination.total).toBeGreaterThan(narrow.pagination.total)
  await expect(heading(page)).toHaveText(`Customers${wide.pagination.total}`)

  await page.getByRole('button', { name: 'Clear all' }).click()
  await expect(page).toHaveURL('/admin/customers')
})

test('archived customers are only in their own filter', async ({ page, api }) => {
  const customer = await api.customer({ name: `Arkwright ${family()}` })
  await api.archive(customer)
  await page.goto(`/admin/customers?search=${encodeURIComponent(customer.name)}`)
  await expect(page.getByRole('heading', { name: 'No customer matches' })).toBeVisible()
  await page.getByLabel('Status').selectOption('archived')
  await expect(namesOf(page)).toHaveText([customer.name])
  await expect(rowsOf(page).first()).toContainText('Archived')
})

test('columns sort both ways, and the list is in the order of the server', async ({
  page,
  api,
}) => {
  await page.goto('/admin/customers?status=inactive')
  for (const [column, sortBy, first] of [
    ['LTV', 'ltv', 'desc'],
    ['Customer', 'name', 'asc'],
    ['Last order', 'lastOrder', 'desc'],
  ] as const) {
    const header = page.getByRole('columnheader', { name: column, exact: true })
    for (const order of first === 'asc' ? (['asc', 'desc'] as const) : (['desc', 'asc'] as const)) {
      await header.getByRole('button').click()
      await expect(page).toHaveURL(
        `/admin/customers?status=inactive&sortBy=${sortBy}&sortOrder=${order}`,
      )
      await expect(header).toHaveAttribute(
        'aria-sort',
        order === 'asc' ? 'ascending' : 'descending',
      )
      const { customers } = await api.list({
        status: 'inactive',
        sortBy,
        sortOrder: order,
        limit: 25,
      })
      await expect(namesOf(page)).toHaveText(customers.map(({ name }) => name))
    }
  }
})

test('pages: next, previous, the page box, and no page beyond the last', async ({ page, api }) => {
  const { pagination } = await api.list({ status: 'inactive', limit: 25 })
  expect(pagination.pages).toBeGreaterThan(2)
  const total = pagination.total.toLocaleString('en-GB')
  await page.goto('/admin/customers?status=inactive')
  await expect(pages(page)).toContainText(`1 to 25 of ${total}`)
  await expect(pages(page).getByRole('button', { name: 'Previous' })).toBeDisabled()
  await pages(page).getByRole('button', { name: 'Next' }).click()
  await expect(page).toHaveURL('/admin/customers?status=inactive&page=2')
  await expect(pages(page)).toContainText(`26 to 50 of ${total}`)
  const second = await api.list({ status: 'inactive', limit: 25, page: 2 })
  await expect(namesOf(page)).toHaveText(second.customers.map(({ name }) => name))

  await pages(page).getByLabel('Page').fill('999')
  await pages(page).getByLabel('Page').press('Enter')
  await expect(page).toHaveURL(`/admin/customers?status=inactive&page=${pagination.pages}`)
  await expect(pages(page).getByRole('button', { name: 'Next' })).toBeDisabled()

  await page.goto('/admin/customers?status=inactive&page=4000')
  await expect(page.getByRole('heading', { name: 'There is no such page' })).toBeVisible()
  await page.getByRole('button', { name: 'Go to the first page' }).click()
  await expect(rowsOf(page)).toHaveCount(25)
})

test('back restores filter, page and scroll', async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 600 })
  await page.goto('/admin/customers?status=inactive')
  await pages(page).getByRole('button', { name: 'Next' }).click()
  await expect(pages(page)).toContainText('26 to 50')
  const last = namesOf(page).last()
  await last.scrollIntoViewIfNeeded()
  const name = (await last.textContent()) ?? ''
  const scrolled = await page.evaluate(() => window.scrollY)
  expect(scrolled).toBeGreaterThan(300)
  await last.click()
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible()
  await expect.poll(() => page.evaluate(() => window.scrollY)).toBe(0)

  await page.goBack()
  await expect(page).toHaveURL('/admin/customers?status=inactive&page=2')
  await expect(chip(page, 'Status: Inactive')).toBeVisible()
  await expect(namesOf(page).last()).toHaveText(name)
  await expect.poll(() => page.evaluate(() => window.scrollY)).toBeGreaterThan(scrolled - 60)
  await page.goBack()
  await expect(pages(page)).toContainText('1 to 25')
})

test('an address opens the same view for a colleague', async ({ page, open }) => {
  await page.goto('/admin/customers')
  await page.getByLabel('Status').selectOption('inactive')
  await expect(chip(page, 'Status: Inactive')).toBeVisible()
  await page.getByRole('columnheader', { name: 'Orders' }).getByRole('button').click()
  await pages(page).getByRole('button', { name: 'Next' }).click()
  await expect(pages(page)).toContainText('26 to 50')
  const names = await namesOf(page).allTextContents()

  const other = await open({ as: 'finance', at: page.url() })
  await expect(namesOf(other)).toHaveText(names)
  await expect(chip(other, 'Status: Inactive')).toBeVisible()
})

test('arrows walk through the rows, Enter opens', async ({ page }) => {
  await page.goto('/admin/customers?status=inactive')
  await expect(rowsOf(page)).toHaveCount(25)
  await filterBox(page).focus()
  await page.keyboard.press('ArrowDown')
  await expect(namesOf(page).first()).toBeFocused()
  await page.keyboard.press('ArrowDown')
  await expect(namesOf(page).nth(1)).toBeFocused()
  await page.keyboard.press('End')
  await expect(namesOf(page).last()).toBeFocused()
  await page.keyboard.press('Home')
  await expect(namesOf(page).first()).toBeFocused()
  const name = (await namesOf(page).first().textContent()) ?? ''
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible()
})

test('the row menu leads to the page, the orders and the edit dialog', async ({ page, api }) => {
  const customer = await api.customer({ name: `Rowena ${family()}` })
  await page.goto(`/admin/customers?search=${encodeURIComponent(customer.name)}`)
  const menu = page.getByRole('button', { name: `Actions for ${customer.name}` })
  await menu.click()
  await page.getByRole('menuitem', { name: 'Edit' }).click()
  await expect(page.getByRole('dialog', { name: `Edit ${customer.name}` })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(menu).toBeFocused()
  await menu.click()
  await page.getByRole('menuitem', { name: 'Orders' }).click()
  await expect(page).toHaveURL(customerPath(customer, 'bookings'))
})

test('compact rows and hidden columns are kept', async ({ page }) => {
  await page.goto('/admin/customers')
  const choose = async (act: string) => {
    await page.getByRole('button', { name: 'Rows and columns' }).click()
    await page.getByRole('menuitem', { name: act }).click()
  }
  await choose('Compact rows')
  await choose('Hide Phone')
  await expect(page.getByRole('columnheader', { name: 'Phone' })).toHaveCount(0)
  await page.reload()
  await expect(rowsOf(page).first()).toBeVisible()
  await expect(page.getByRole('columnheader', { name: 'Phone' })).toHaveCount(0)
  await expect(page.getByRole('table', { name: 'Customers' })).toHaveAttribute(
    'data-density',
    'compact',
  )
})

test('the export holds exactly the filter, in list order, formula-safe', async ({ page, api }) => {
  const name = family()
  const names = [`"Quoted" ${name}`, `=1+1 ${name}`, `Comma, ${name}`, `Party 🎉 ${name}`]
  for (const each of names) await api.customer({ name: each })
  await page.goto(`/admin/customers?search=${name}&sortBy=name&sortOrder=desc`)
  await expect(rowsOf(page)).toHaveCount(names.length)

  const downloading = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Export' }).click()
  const download = await downloading
  expect(download.suggestedFilename()).toMatch(/^customers.*\.csv$/)
  const [head, ...rows] = csv(await readFile(await download.path(), 'utf8'))
  await expect(toast(page)).toContainText('Exported 4 customers')

  const { customers } = await api.list({ search: name, sortBy: 'name', sortOrder: 'desc' })
  expect(head?.slice(0, 3)).toEqual(['id', 'name', 'email'])
  expect(rows.map(([id]) => id)).toEqual(customers.map(({ id }) => id))
  expect(rows.map(([, exported]) => exported)).toEqual(
    customers.map((customer) =>
      customer.name.startsWith('=') ? `'${customer.name}` : customer.name,
    ),
  )
  await expect(namesOf(page)).toHaveText(customers.map((customer) => customer.name))
})

test('the export of a longer list has every page of it', async ({ page, api }) => {
  await page.goto('/admin/customers?status=inactive&sortBy=ltv&sortOrder=desc')
  await expect(rowsOf(page)).toHaveCount(25)
  const downloading = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Export' }).click()
  const [, ...rows] = csv(await readFile(await (await downloading).path(), 'utf8'))
  const { customers, pagination } = await api.list({
    status: 'inactive',
    sortBy: 'ltv',
    sortOrder: 'desc',
    limit: 200,
  })
  expect(rows).toHaveLength(pagination.total)
  expect(rows.slice(0, 200).map(([id]) => id)).toEqual(customers.map(({ id }) => id))
})

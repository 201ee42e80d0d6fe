import type { Page } from '@playwright/test'
import { customerPath, expect, family, namesOf, test } from './hub'

const title = (page: Page, name: string) =>
  page.getByRole('heading', { level: 1, name, exact: true })
const tab = (page: Page, name: RegExp) =>
  page.getByRole('navigation', { name: 'Customer', exact: true }).getByRole('link', { name })
const figure = (page: Page, name: string) =>
  page.getByRole('region', { name: 'Figures' }).getByRole('group', { name, exact: true })
const section = (page: Page, name: string) => page.getByRole('region', { name, exact: true })

test('the page shows who this is, in figures and in words', async ({ page, api }) => {
  const amara = await api.demo('SV-DEMO-A3')
  await page.goto('/admin/customers?search=SV-DEMO-A3')
  await namesOf(page).first().click()
  await expect(page).toHaveURL(customerPath(amara))
  await expect(page).toHaveTitle('Amara Okafor · Customers Hub')
  await expect(title(page, 'Amara Okafor')).toBeVisible()
  await expect(page.locator('.customer-head')).toContainText('VIP')
  await expect(
    page.locator('.customer-head').getByRole('link', { name: '07700 900118' }),
  ).toHaveAttribute('href', /^tel:(\+44|0)7700900118$/)

  await expect(figure(page, 'Orders')).toContainText('3')
  await expect(figure(page, 'Completed')).toContainText('2')
  await expect(figure(page, 'Cancelled')).toContainText('0')
  await expect(figure(page, 'LTV')).toContainText('£541.70')
  await expect(figure(page, 'Open tickets')).toContainText('1')
  await expect(figure(page, 'Urgent tickets')).toContainText('0')
  await expect(figure(page, 'Addresses')).toContainText('3')
  await expect(figure(page, 'Contacts')).toContainText('2')

  await expect(section(page, 'Upcoming move')).toContainText('SV-DEMO-A3')
  await expect(section(page, 'Flags')).toContainText('VIP')
  await expect(section(page, 'Notes').getByRole('listitem').first()).toContainText('Pinned')
  await expect(section(page, 'Profile')).toContainText('London E8 3QD')
})

test('every tab has an address that opens it', async ({ page, api, open }) => {
  const amara = await api.demo('SV-DEMO-A3')
  await page.goto(customerPath(amara))
  for (const [name, path, heading] of [
    [/^Bookings/, 'bookings', 'Bookings'],
    [/^Tickets/, 'tickets', 'Tickets'],
    [/^Addresses and contacts/, 'addresses', 'Contacts'],
    [/^Privacy/, 'privacy', 'Data requests'],
    [/^Timeline/, 'timeline', 'Timeline'],
    [/^Overview/, '', 'Latest'],
  ] as const) {
    await tab(page, name).click()
    await expect(page).toHaveURL(customerPath(amara, path))
    await expect(tab(page, name)).toHaveAttribute('aria-current', 'page')
    await expect(page.getByRole('heading', { level: 2, name: heading })).toBeVisible()
  }
  const other = await open({ as: 'support', at: customerPath(amara, 'timeline') })
  await expect(other.getByRole('heading', { level: 2, name: 'Timeline' })).toBeVisible()
  await page.goBack()
  await expect(page).toHaveURL(customerPath(amara, 'timeline'))
})

test('bookings with their money; one opens at the side by its address', async ({ page, api }) => {
  const amara = await api.demo('SV-DEMO-A3')
  await page.goto(customerPath(amara, 'bookings'))
  const row = (reference: string) => page.getByRole('row').filter({ hasText: reference })
  await expect(row('SV-DEMO-A2')).toContainText('£190.40')
  await expect(row('SV-DEMO-A2')).toContainText('Completed')
  await expect(row('SV-DEMO-A2')).toContainText('Refunded in part')
  await expect(row('SV-DEMO-A4')).toContainText('Draft')
  await expect(row('SV-DEMO-A4')).toContainText('Unpaid')

  const link = page.getByRole('link', { name: 'SV-DEMO-A2' })
  await link.click()
  await expect(page).toHaveURL(/\/bookings\?booking=/)
  const panel = page.getByRole('dialog', { name: 'SV-DEMO-A2' })
  await expect(panel).toContainText('£190.40')
  await expect(panel).toContainText('-£40.00')
  await expect(panel).toContainText('SE8 4XN')
  await page.reload()
  await expect(panel).toContainText('-£40.00')
  await page.keyboard.press('Escape')
  await expect(panel).toBeHidden()
  await expect(page).toHaveURL(customerPath(amara, 'bookings'))

  await link.click()
  await expect(panel).toBeVisible()
  await page.goBack()
  await expect(panel).toBeHidden()
  await expect(page).toHaveURL(customerPath(amara, 'bookings'))
})

test('a ticket opens at the side with its conversation', async ({ page, api }) => {
  const amara = await api.demo('SV-DEMO-A3')
  await page.goto(customerPath(amara, 'tickets'))
  await expect(page.getByRole('row').filter({ hasText: 'Damage' })).toContainText('Resolved')
  await page.getByRole('link', { name: 'Damage' }).click()
  await expect(page).toHaveURL(/\/tickets\?ticket=/)
  const panel = page.getByRole('dialog', { name: /^Ticket \d+: Damage$/ })
  await expect(panel.getByRole('list', { name: 'Conversation' }).getByRole('listitem')).toHaveCount(
    4,
  )
  await panel.getByRole('button', { name: 'Close' }).click()
  await expect(panel).toBeHidden()
  await expect(page).toHaveURL(customerPath(amara, 'tickets'))
})

test('a booking of somebody else and a customer who does not exist are said to be so', async ({
  page,
  api,
}) => {
  const customer = await api.customer({ name: `Noah ${family()}` })
  const amara = await api.demo('SV-DEMO-A3')
  const { bookings } = await api.get<{ bookings: { id: string }[] }>(
    `/api/admin/customers/${amara.id}`,
  )
  await page.goto(`${customerPath(customer, 'bookings')}?booking=${bookings[0]?.id}`)
  await expect(page.getByRole('heading', { name: 'There is no such booking' })).toBeVisible()
  await page.goto('/admin/customers/01890000-0000-7000-8000-000000000000')
  await expect(page.getByRole('heading', { name: 'There is no such customer' })).toBeVisible()
  await page.getByRole('main').getByRole('link', { name: 'Go to customers' }).click()
  await expect(page).toHaveURL('/admin/customers')
})

test('addresses with floor, flat, lift and access; contacts with their numbers', async ({
  page,
  api,
}) => {
  const amara = await api.demo('SV-DEMO-A3')
  await page.goto(customerPath(amara, 'addresses'))
  const address = (label: string) =>
    section(page, 'Addresses')
      .getByRole('listitem')
      .filter({ has: page.getByRole('heading', { name: label, exact: true }) })
  await expect(address('Home')).toContainText('Usual')
  await expect(address('Home')).toContainText('E8 3QD')
  await expect(address('Home').getByText('Flat', { exact: true })).toBeVisible()
  await expect(address('Home')).toContainText(/Flat\s*42/)
  await expect(address('Home')).toContainText(/Floor\s*4/)
  await expect(address('Home')).toContainText(/Lift\s*Yes/)
  await expect(address('Studio')).toContainText(/Lift\s*No/)
  await expect(section(page, 'Contacts')).toContainText('Tobias Lindqvist')
  await expect(section(page, 'Contacts').getByRole('link', { name: '07700 900264' })).toBeVisible()
})

test('the timeline tells the whole story and opens what it speaks of', async ({ page, api }) => {
  const amara = await api.demo('SV-DEMO-A3')
  await page.goto(customerPath(amara, 'timeline'))
  const story = section(page, 'Timeline').getByRole('listitem')
  await expect(story.filter({ hasText: 'SV-DEMO-A2' }).first()).toBeVisible()
  await expect(story.filter({ hasText: '£40.00' }).first()).toBeVisible()
  await expect(story.last()).toContainText(/joined/i)
  await story.filter({ hasText: 'SV-DEMO-A1' }).first().getByRole('link').click()
  await expect(page.getByRole('dialog', { name: 'SV-DEMO-A1' })).toBeVisible()
})

import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { inDatabase } from './database'
import { customerPath, expect, family, test, toast, type Api, type Customer } from './hub'

interface Money {
  payments: { bookingId: string; bookingReference: string; refundable: number }[]
  refunds: { amount: number; status: string }[]
  refunded: number
}

/** Somebody of the generated people who has paid this much for a booking and got nothing back. */
async function payer(api: Api, least: number): Promise<{ customer: Customer; money: Money }> {
  for (let page = 1; page < 12; page += 1) {
    const { customers } = await api.list({ sortBy: 'ltv', minLtv: least, limit: 25, page })
    for (const customer of customers) {
      if (taken.has(customer.id) || customer.email?.endsWith('@example.com')) continue
      const money = await api.get<Money>(`/api/admin/customers/${customer.id}/money`)
      const [latest] = money.payments
      if (latest && latest.refundable >= least && money.refunds.length === 0) {
        taken.add(customer.id)
        return { customer, money }
      }
    }
  }
  throw new Error(`nobody has paid ${least}`)
}

const taken = new Set<string>()

/** Somebody of the generated people with a booking that is not paid yet. */
async function debtor(api: Api): Promise<{ customer: Customer; reference: string }> {
  interface Bookings {
    bookings: { reference: string; status: string; total: number; captured: number }[]
  }
  for (let page = 1; page < 12; page += 1) {
    const { customers } = await api.list({ sortBy: 'lastOrder', limit: 25, page })
    for (const customer of customers) {
      const { bookings } = await api.get<Bookings>(`/api/admin/customers/${customer.id}`)
      const unpaid = bookings.find(
        ({ status, total, captured }) =>
          status === 'PENDING_PAYMENT' && captured === 0 && total >= 50_00,
      )
      if (unpaid && !customer.email?.endsWith('@example.com')) {
        return { customer, reference: unpaid.reference }
      }
    }
  }
  throw new Error('everybody has paid')
}

const dialog = (page: Page) => page.getByRole('dialog')

async function fillRefund(page: Page, amount: string, reason = 'Late') {
  await dialog(page).getByLabel('Amount in pounds').fill(amount)
  await dialog(page).getByLabel('Reason').selectOption(reason)
}

const press = (page: Page, name: string | RegExp) =>
  dialog(page).getByRole('button', { name, exact: true }).click()

async function looksRight(page: Page) {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    const { violations } = await new AxeBuilder({ page }).analyze()
    expect(violations, colorScheme).toEqual([])
  }
}

const refunds = (page: Page) => page.getByRole('list', { name: 'Refunds' }).getByRole('listitem')
const inPounds = (pence: number) =>
  `£${(pence / 100).toLocaleString('en-GB', { minimumFractionDigits: 2 })}`

test('a part, too much, and the whole rest of a booking go back', async ({ page, api }) => {
  const { customer, money } = await payer(api, 40_00)
  const [booking] = money.payments
  if (!booking) throw new Error('no payment')
  const { bookingReference: reference, refundable } = booking
  await page.goto(customerPath(customer, 'bookings'))
  await page.getByRole('button', { name: `Refund ${reference}` }).click()
  await press(page, 'Refund')
  await expect(dialog(page).getByLabel('Amount in pounds')).toHaveAccessibleErrorMessage(
    'Enter an amount',
  )
  await expect(dialog(page).getByLabel('Reason')).toHaveAccessibleErrorMessage('Choose a reason')
  for (const [typed, wrong] of [
    ['twelve', /such as 40 or 12\.50/],
    ['12.345', /such as 40 or 12\.50/],
    ['-5', 'Enter more than £0.00'],
    ['0', 'Enter more than £0.00'],
    [String(refundable / 100 + 0.01), /^At most .* is left to refund$/],
  ] as const) {
    await dialog(page).getByLabel('Amount in pounds').fill(typed)
    await expect(dialog(page).getByLabel('Amount in pounds')).toHaveAccessibleErrorMessage(wrong)
  }
  await fillRefund(page, '10.05', 'Other')
  await expect(dialog(page)).toContainText(`${inPounds(refundable - 10_05)} after this`)
  await expect(dialog(page)).toContainText('It counts as refunded when the money has arrived')
  await press(page, 'Refund £10.05')
  await expect(dialog(page).getByLabel('Notes')).toHaveAccessibleErrorMessage(/Say in the notes/)
  await dialog(page).getByLabel('Notes').fill('The crew forgot a lamp')
  await press(page, 'Refund £10.05')
  await expect(toast(page)).toContainText('Refund of £10.05: transfer to be made')

  await page.goto(customerPath(customer, 'money'))
  await expect(refunds(page).first()).toContainText('£10.05')
  await expect(refunds(page).first()).toContainText('Transfer to be made')
  await page.getByRole('button', { name: `Refund ${reference}` }).click()
  await dialog(page)
    .getByRole('button', { name: `All of it: ${inPounds(refundable - 10_05)}` })
    .click()
  await dialog(page).getByLabel('Store credit, to be spent on another move').check()
  await dialog(page).getByLabel('Reason').selectOption('Goodwill')
  const again = dialog(page).getByLabel('The amount again')
  if (await again.isVisible()) await again.fill(((refundable - 10_05) / 100).toFixed(2))
  await press(page, `Refund ${inPounds(refundable - 10_05)}`)
  await expect(dialog(page)).toBeHidden()
  await expect(page.getByRole('button', { name: `Refund ${reference}` })).toHaveAttribute(
    'aria-disabled',
    'true',
  )
})

test('two browsers refund the same booking at once: the sum never exceeds', async ({
  page,
  api,
  open,
}) => {
  const { customer, money } = await payer(api, 50_00)
  const [booking] = money.payments
  if (!booking) throw new Error('no payment')
  const most = booking.refundable / 100
  const at = `${customerPath(customer, 'money')}?act=refund&on=${booking.bookingId}`
  const other = await open({ as: 'superadmin', at })
  const mine = await open({ as: 'superadmin', at })
  await page.goto(customerPath(customer, 'money'))
  const ready = async (who: Page) => {
    await fillRefund(who, most.toFixed(2))
    const again = dialog(who).getByLabel('The amount again')
    if (await again.isVisible()) await again.fill(most.toFixed(2))
  }
  await ready(other)
  await ready(mine)
  const act = `Refund ${inPounds(booking.refundable)}`
  await Promise.all([press(other, act), press(mine, act)])
  const refused = /is left to refund|Nothing is left/
  await expect
    .poll(async () => {
      const told = await Promise.all([
        dialog(other).getByText(refused).count(),
        dialog(mine).getByText(refused).count(),
      ])
      const gone = await Promise.all([dialog(other).isHidden(), dialog(mine).isHidden()])
      return [told.filter(Boolean).length > 0, gone.filter(Boolean).length]
    })
    .toEqual([true, 1])
  await expect(refunds(page)).toHaveCount(1)
  const after = await api.get<Money>(`/api/admin/customers/${customer.id}/money`)
  expect(after.refunds).toHaveLength(1)
  expect(after.payments.find(({ bookingId }) => bookingId === booking.bookingId)?.refundable).toBe(
    0,
  )
})

test('a refund above the ceiling is approved by a second person, live for who asked', async ({
  api,
  open,
}) => {
  const { customer, money } = await payer(api, 101_00)
  const [booking] = money.payments
  if (!booking) throw new Error('no payment')
  const at = `${customerPath(customer, 'money')}?act=refund&on=${booking.bookingId}`
  const support = await open({ as: 'support', at })
  await fillRefund(support, '100.01')
  await expect(dialog(support)).toContainText('Your ceiling is £100.00: this becomes a request')
  await press(support, 'Refund £100.01')
  await expect(toast(support)).toContainText('£100.01 is above your ceiling')
  const waiting = support.getByRole('region', { name: 'Awaiting approval' })
  await waiting.getByRole('link', { name: 'Refund of £100.01' }).click()
  await expect(support.getByRole('heading', { level: 1 })).toContainText('Waiting')
  await expect(support.getByRole('button', { name: 'Approve' })).toHaveAttribute(
    'aria-disabled',
    'true',
  )

  const finance = await open({ as: 'finance', at: '/admin/customers' })
  const nav = finance.getByRole('navigation', { name: 'Main' })
  await expect(nav.getByRole('link', { name: /^Approvals \d+ waiting/ })).toBeVisible()
  await nav.getByRole('link', { name: /^Approvals/ }).click()
  const row = finance
    .getByRole('table', { name: 'Requests' })
    .getByRole('row')
    .filter({ hasText: customer.name })
    .filter({ hasText: '£100.01' })
  await row.getByRole('link').first().click()
  await expect(finance.getByRole('table', { name: 'Ceilings' })).toContainText('exceeded')
  await expect(finance.getByRole('region', { name: 'What was asked for' })).toContainText('Late')
  await looksRight(finance)
  await finance.getByRole('button', { name: 'Approve' }).click()
  await expect(dialog(finance)).toBeVisible()
  await looksRight(finance)
  await press(finance, 'Approve')
  await expect(dialog(finance).getByLabel('Your word')).toHaveAccessibleErrorMessage(/few words/)
  await dialog(finance).getByLabel('Your word').fill('Checked with the crew')
  await press(finance, 'Approve')
  await expect(finance.getByRole('region', { name: 'Decision' })).toContainText(
    'Checked with the crew',
  )
  await expect(support.getByRole('heading', { level: 1 })).toContainText('Approved')

  // The transfer is made by hand; then, and only then, it is refunded.
  await finance
    .getByRole('navigation', { name: 'Main' })
    .getByRole('link', { name: 'Finance' })
    .click()
  const mine = refunds(finance).filter({ hasText: '£100.01' }).filter({ hasText: customer.name })
  await mine.getByRole('button', { name: /^Settle/ }).click()
  await press(finance, 'Mark as paid')
  await expect(dialog(finance).getByLabel('Reference')).toHaveAccessibleErrorMessage(/reference/)
  await dialog(finance).getByLabel('Reference').fill('BACS 20261122-7')
  await press(finance, 'Mark as paid')
  await expect(mine).toHaveCount(0)
  await finance
    .getByRole('navigation', { name: 'Refunds by state' })
    .getByRole('link', { name: 'Refunded' })
    .click()
  await expect(mine).toContainText('BACS 20261122-7')
  await support.goto(customerPath(customer, 'money'))
  await expect(refunds(support).first()).toContainText('Refunded')
  await expect(
    support
      .getByRole('region', { name: 'Money', exact: true })
      .getByRole('group', { name: 'Refunded' }),
  ).toContainText('£100.01')
})

test('a request is rejected with a word, and what was held is free again', async ({
  api,
  open,
}) => {
  const { customer, money } = await payer(api, 102_00)
  const [booking] = money.payments
  if (!booking) throw new Error('no payment')
  const at = `${customerPath(customer, 'money')}?act=refund&on=${booking.bookingId}`
  const support = await open({ as: 'support', at })
  await fillRefund(support, '101.99')
  await press(support, 'Refund £101.99')
  await support.getByRole('link', { name: 'Refund of £101.99' }).click()
  await expect(support.getByRole('heading', { level: 1 })).toContainText('Waiting')
  const finance = await open({ as: 'finance', at: new URL(support.url()).pathname })
  await finance.getByRole('button', { name: 'Reject' }).click()
  await dialog(finance).getByLabel('Your word').fill('Not agreed with the driver')
  await press(finance, 'Reject')
  await expect(support.getByText('Not agreed with the driver')).toBeVisible()
  const after = await api.get<Money>(`/api/admin/customers/${customer.id}/money`)
  expect(after.payments[0]?.refundable).toBe(booking.refundable)
})

test('credit is issued and spent on a booking', async ({ page, api }) => {
  const { customer, reference } = await debtor(api)
  await page.goto(customerPath(customer, 'money'))
  const credit = page.getByRole('region', { name: 'Store credit', exact: true })
  await credit.getByRole('button', { name: 'Issue credit' }).click()
  await dialog(page).getByLabel('Amount in pounds').fill('20')
  await dialog(page).getByLabel('Reason').selectOption('Goodwill')
  await dialog(page).getByLabel('Notes').fill(`For ${family()}`)
  await dialog(page).getByLabel('Last day').fill('2030-12-31')
  await press(page, 'Issue £20.00')
  await expect(toast(page)).toContainText('Store credit of £20.00 issued')
  await expect(credit).toContainText('£20.00 of £20.00')
  await expect(credit).toContainText('until 31 Dec 2030')

  await credit.getByRole('button', { name: 'Spend' }).click()
  await dialog(page).getByLabel('Amount in pounds').fill('20.01')
  const booking = dialog(page).getByLabel('Booking')
  const option = booking.locator('option').filter({ hasText: reference })
  await booking.selectOption((await option.getAttribute('value')) ?? '')
  await press(page, 'Spend credit')
  await expect(dialog(page).getByLabel('Amount in pounds')).toHaveAccessibleErrorMessage(
    /store credit is £20\.00/,
  )
  await dialog(page).getByLabel('Amount in pounds').fill('12.50')
  await press(page, 'Spend credit')
  await expect(toast(page)).toContainText('£12.50 spent, £7.50 of credit left')
  await expect(credit).toContainText('£7.50 of £20.00')
  await expect(credit).toContainText(`Spent £12.50 on ${reference}, Olivia Operations`)
})

test('credit that nobody spends expires with its last day', async ({ page, api }) => {
  const { customer } = await debtor(api)
  // Given three months ago, until yesterday; the job that looks every ten minutes is asked to look now.
  const event = crypto.randomUUID()
  inDatabase(`
    insert into events (id, at, action, kind, actor_kind, customer_id)
    values ('${event}', now() - interval '90 days', 'credit.issued', 'change', 'system', '${customer.id}');
    set local hub.event = '${event}';
    insert into credits (id, customer_id, amount, reason, expires_on, created_at)
    values (gen_random_uuid(), '${customer.id}', 1500, 'goodwill', current_date - 1, now() - interval '90 days');
    insert into jobs (id, kind, payload, state, run_at, max_attempts, created_at)
    values (gen_random_uuid(), 'credits.expire', '{}', 'ready', now(), 3, now())`)
  await page.goto(customerPath(customer, 'money'))
  const credit = page.getByRole('region', { name: 'Store credit', exact: true })
  await expect(async () => {
    await page.reload()
    await expect(credit).toContainText('£0.00 of £15.00', { timeout: 2_000 })
  }).toPass({ timeout: 30_000 })
  await expect(credit).toContainText('Expired £15.00')
})

test.describe('read only', () => {
  test.use({ as: 'read_only' })

  test('sees money and is told why it may not move any', async ({ page, api }) => {
    const amara = await api.demo('SV-DEMO-A3')
    await page.goto(customerPath(amara, 'money'))
    const reason = /^Your role, Read only, may not issue refunds\./
    const act = page.getByRole('button', { name: 'Refund', exact: true })
    await expect(act).toHaveAttribute('aria-disabled', 'true')
    await expect(act).toHaveAccessibleDescription(reason)
    await expect(page.getByRole('button', { name: 'Issue credit' })).toHaveAccessibleDescription(
      /may not issue store credit\./,
    )
    await page.goto('/admin/finance')
    await expect(page.getByRole('heading', { name: 'Not allowed' })).toBeVisible()
  })
})

test('an invoice is sent, listed with its number, and opens as a PDF', async ({ page, api }) => {
  const { customer, money } = await payer(api, 50_00)
  const reference = money.payments[0]?.bookingReference ?? ''
  // Begun at the booking's row, it is about that booking.
  await page.goto(customerPath(customer, 'bookings'))
  await page.getByRole('button', { name: `More acts for ${reference}` }).click()
  await page.getByRole('menuitem', { name: 'Send invoice' }).click()
  await expect(dialog(page).getByLabel('Booking')).toHaveValue(money.payments[0]?.bookingId ?? '')
  await dialog(page).getByRole('button', { name: 'Cancel' }).click()
  await page.goto(customerPath(customer, 'money'))
  await page.getByRole('button', { name: 'Send invoice' }).click()
  await press(page, 'Send invoice')
  await expect(dialog(page).getByLabel('Booking')).toHaveAccessibleErrorMessage('Choose a booking')
  await dialog(page).getByLabel('Booking').selectOption({ index: 1 })
  await dialog(page).getByLabel('To').fill('accounts@example.org')
  await press(page, 'Send invoice')
  await expect(toast(page)).toContainText(/Invoice \d+ is on its way to accounts@example\.org/)
  const invoices = page.getByRole('list', { name: 'Invoices' })
  await expect(invoices).toContainText('Kept in the outbox for accounts@example.org')
  await invoices.getByRole('button', { name: /Kept in the outbox/ }).click()
  await expect(dialog(page)).toContainText(reference)
  await dialog(page).getByRole('button', { name: 'Send again' }).click()
  await expect(dialog(page).getByRole('alert')).toContainText('No mail server is configured')
  await looksRight(page)
  await page.keyboard.press('Escape')
  const link = invoices.getByRole('link', { name: /Invoice \d+ \(PDF\)/ })
  const pdf = await page.request.get((await link.getAttribute('href')) ?? '')
  expect(pdf.headers()['content-type']).toBe('application/pdf')
  expect((await pdf.body()).subarray(0, 5).toString()).toBe('%PDF-')
})

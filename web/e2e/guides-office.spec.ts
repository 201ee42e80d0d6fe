/** The first hour in the office, as docs/guides tell it: finance, reviewer, superadmin. */
import type { Page } from '@playwright/test'
import { customerPath, expect, filterBox, find, letters, namesOf, test, toast } from './hub'
import { act, dialog, look, part, place, press, title, walk } from './guiding'

test.use(look)

test.describe('finance', () => {
  test.use({ as: 'finance' })

  test('the first hour of finance', async ({ page, api, open }) => {
    test.slow()
    const rajesh = await api.demo('SV-DEMO-R1')
    await walk('finance', page, async (step) => {
      await page.goto('/admin/finance')
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('Finance')
      await expect(page.getByText(/dispute waits for an answer at Stripe/)).toBeVisible()
      await step('day')

      // What a colleague asked for before this hour began.
      const support = await open({ as: 'support', at: customerPath(rajesh, 'bookings') })
      await act(support, 'Refund SV-DEMO-R1').click()
      await dialog(support).getByLabel('Amount in pounds').fill('120')
      await dialog(support).getByLabel('Reason').selectOption('Late')
      await press(support, 'Refund £120.00')
      await expect(toast(support)).toContainText('£120.00 is above your ceiling')

      await place(page, /^Approvals/).click()
      const request = page
        .getByRole('table', { name: 'Requests' })
        .getByRole('row')
        .filter({ hasText: rajesh.name })
        .filter({ hasText: '£120.00' })
      await request.getByRole('link').first().click()
      await expect(page.getByRole('table', { name: 'Ceilings' })).toContainText('exceeded')
      await step('request')
      await act(page, 'Approve').click()
      await dialog(page).getByLabel('Your word').fill('Agreed with the crew leader')
      await press(page, 'Approve')
      await expect(part(page, 'Decision')).toContainText('Agreed with the crew leader')

      await place(page, 'Finance').click()
      const transfer = page
        .getByRole('list', { name: 'Refunds' })
        .getByRole('listitem')
        .filter({ hasText: '£120.00' })
        .filter({ hasText: rajesh.name })
      await transfer.getByRole('button', { name: /^I am paying/ }).click()
      await expect(transfer).toContainText('You are paying this')
      await step('transfer')
      await transfer.getByRole('button', { name: /^Settle/ }).click()
      await dialog(page).getByLabel('Reference').fill('FPS 20261129-1')
      await step('settle')
      await press(page, 'Mark as paid')
      await expect(toast(page)).toContainText('marked as paid')

      await page.getByRole('link', { name: /^Disputes/ }).click()
      await expect(page.getByRole('list', { name: 'Disputes' })).toContainText('£120.00')
      await step('disputes')

      await place(page, 'Finance').click()
      await page.getByRole('link', { name: /^Differences/ }).click()
      await act(page, 'Compare now').click()
      await expect(page.getByText(/Compared|compared/).first()).toBeVisible()
      await step('differences')

      await page.goto(customerPath(rajesh, 'money'))
      const books = part(page, 'Where these figures come from')
      await books.getByRole('button', { name: 'Show the entries' }).click()
      await expect(books.getByRole('listitem').or(books.getByRole('row')).first()).toBeVisible()
      await books.scrollIntoViewIfNeeded()
      await step('books')
    })
  })
})

test.describe('reviewer', () => {
  test.use({ as: 'reviewer' })

  test('the first hour of a reviewer', async ({ page, api, open }) => {
    test.slow()
    const emma = await api.customer({ name: 'Emma Carter', email: `${letters()}@example.org` })
    const privacy = customerPath(emma, 'privacy')
    const ops = await open({ as: 'ops', at: '/admin/data-requests' })
    const answer = await prepared(ops)
    const nora = await api.customer({ name: 'Nora Bell', email: `${letters()}@example.org` })
    await api.put(`/api/admin/customers/${nora.id}`, nora.version, {
      name: 'Nora Bell-Hughes',
      email: nora.email,
    })

    await walk('reviewer', page, async (step) => {
      await page.goto('/admin/customers')
      await expect(filterBox(page)).toBeVisible()
      await find(page, 'Rajesh Patel')
      await expect(namesOf(page)).toHaveText(['Rajesh Patel'])
      await namesOf(page).first().click()
      await expect(title(page)).toHaveText('Rajesh Patel')
      await act(page, 'Reveal').click()
      await dialog(page).getByLabel('Reason').fill('Checking an answer to a data request')
      await step('reveal')
      await press(page, 'Reveal')
      await expect(toast(page)).toContainText('shown for 15 minutes')

      await place(page, /^Data requests/).click()
      await page
        .getByRole('table', { name: 'Data requests' })
        .getByRole('link', { name: answer })
        .click()
      await expect(title(page)).toContainText('In review')
      await step('answer')
      await act(page, 'Approve').click()
      await dialog(page).getByLabel('Your word').fill('Complete')
      await press(page, 'Approve')
      await expect(title(page)).toContainText('Approved')

      await ops.goto(privacy)
      await act(ops, 'Plan an erasure').click()
      await dialog(ops).getByRole('textbox').fill('Asked for by letter of 20 November')
      await press(ops, 'Make the plan')
      await expect(part(ops, 'Erasure')).toContainText('Waits for approval')
      await page.goto(privacy)
      await expect(part(page, 'What goes')).toContainText('Name, e-mail address and phone number')
      await step('erasure')
      await act(page, 'Approve and erase').click()
      await dialog(page).getByRole('textbox').fill('erase')
      await press(page, 'Erase for good')
      await expect(part(page, 'Erasure').getByRole('status')).toHaveText('Erased', {
        timeout: 20_000,
      })
      await step('erased')

      await place(page, 'Audit').click()
      const events = page.getByRole('table', { name: 'Events' })
      await expect(events.locator('tbody tr:not([aria-hidden])').first()).toBeVisible()
      await page.getByLabel('Kind').selectOption('Change')
      await expect(page).toHaveURL(/kind=change/)
      await step('trail')
      await events.getByRole('link', { name: 'Customer updated' }).first().click()
      await expect(dialog(page).getByRole('row').first()).toBeVisible()
      await step('event')
      await page.keyboard.press('Escape')

      const proof = part(page, 'Proof')
      await proof.getByRole('button', { name: 'Verify' }).click()
      await expect(proof).toContainText('Verified up to seal', { timeout: 30_000 })
      await step('proof')
    })
  })

  /** Who works at the desk prepares the answer to a request; the words of its link in the list. */
  async function prepared(ops: Page): Promise<RegExp> {
    await ops.goto('/admin/data-requests')
    await act(ops, 'New request').click()
    await dialog(ops).getByLabel('What is asked').selectOption('access')
    await dialog(ops).getByLabel('How it came').selectOption('Letter')
    await dialog(ops).getByLabel('In their words').fill('What do you hold of me?')
    await dialog(ops).getByRole('searchbox', { name: 'Customer' }).fill('Callum')
    await dialog(ops)
      .getByRole('radio', { name: /^Callum O/ })
      .check()
    await press(ops, 'Write down')
    await act(ops, 'Confirm identity').click()
    await press(ops, 'Confirm identity')
    await act(ops, 'Prepare the answer').click()
    await dialog(ops).getByLabel('What was done').fill('A copy of everything was made.')
    await press(ops, 'Prepare the answer')
    await expect(title(ops)).toContainText('In review')
    const number = /DR-\d+/.exec((await title(ops).textContent()) ?? '')?.[0] ?? ''
    return new RegExp(`${number}\\b`)
  }
})

test.describe('superadmin', () => {
  test.use({ as: 'superadmin' })

  test('the first hour of a superadmin', async ({ page, api }) => {
    test.slow()
    // Something for the page that shows how the hub fares.
    await api.list({ limit: 25 })
    await walk('superadmin', page, async (step) => {
      await page.goto('/account')
      await expect(part(page, 'Second factor')).toBeVisible()
      await step('account')

      await place(page, 'Staff').click()
      await act(page, 'Invite').click()
      await dialog(page).getByLabel('Name').fill('Ingrid Nowak')
      await dialog(page)
        .getByLabel('E-mail')
        .fill(`ingrid.${letters(4)}@example.org`)
      await dialog(page).getByLabel('Role').selectOption('Support')
      await step('invite')
      await press(page, 'Create invitation')
      await expect(page.getByRole('dialog', { name: 'Invitation link' })).toContainText(
        'It works once',
      )
      await step('link')
      await dialog(page).getByRole('button', { name: 'Close' }).first().click()
      await page.getByRole('link', { name: 'Permissions' }).click()
      await expect(part(page, 'Permissions').getByRole('table')).toBeVisible()
      await step('permissions')

      await place(page, 'Ceilings').click()
      await expect(page.getByRole('table', { name: 'Refund reasons' })).toBeVisible()
      await step('ceilings')

      await place(page, 'Retention').click()
      await act(page, 'Dry run').click()
      await expect(page.getByRole('table', { name: 'Last dry run' })).toBeVisible({
        timeout: 20_000,
      })
      await step('retention')

      await place(page, 'System').click()
      await expect(page.getByRole('heading', { name: 'Response times' })).toBeVisible()
      await step('system')

      await place(page, 'Backups').click()
      const copies = part(page, 'Copies')
      await copies.getByRole('button', { name: 'Make one now' }).click()
      await expect(copies.getByRole('row').filter({ hasText: 'Made' }).first()).toContainText(
        /hub-\d{8}T\d{6}Z\.backup/,
        { timeout: 60_000 },
      )
      const drills = part(page, 'Drills')
      await drills.getByRole('button', { name: 'Prove the newest' }).click()
      await expect(drills.getByRole('listitem').first()).toContainText('Passed', {
        timeout: 90_000,
      })
      await step('backups')

      await place(page, 'Dead jobs').click()
      await expect(title(page)).toContainText('Dead jobs')
      await step('dead-jobs')
    })
  })
})

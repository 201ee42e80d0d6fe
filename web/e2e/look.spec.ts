import { customerPath, expect, test, type Api } from './hub'
import { breaches, heading, lookAt, open, overflow, type View } from './looking'

const amara = (tab: string) => async (api: Api) => customerPath(await api.demo('SV-DEMO-A3'), tab)
/** A request of a demo customer that came so many days ago. */
async function dataRequest(api: Api, kind: string, days: number): Promise<string> {
  const { id } = await api.post<{ id: string }>('/api/admin/data-requests', {
    kind,
    customerId: (await api.demo('SV-DEMO-A3')).id,
    channel: 'letter',
    receivedOn: new Date(Date.now() - days * 24 * 3600 * 1000).toISOString().slice(0, 10),
    asked: 'Please tell me what you hold about me and my moves.',
  })
  return id
}

const views: View[] = [
  {
    name: 'sign-in',
    as: 'nobody',
    at: '/sign-in',
    ready: heading('Demo accounts'),
  },
  {
    name: 'welcome',
    as: 'nobody',
    at: '/welcome',
    ready: heading('This link does not work'),
  },
  {
    name: 'list',
    at: '/admin/customers',
    ready: (page) => page.locator('.row-link').nth(24),
  },
  {
    name: 'list-filtered',
    at: '/admin/customers?status=inactive&verified=true&minLtv=1000&city=London&page=2',
    ready: (page) => page.getByRole('group', { name: 'Filters in force' }),
  },
  {
    name: 'list-empty',
    at: '/admin/customers?search=xqzxqzxqz',
    ready: heading('No customer matches'),
  },
  {
    name: 'list-menu',
    at: '/admin/customers?search=SV-DEMO-A3',
    ready: heading(/^Customers/),
    then: open(/^Actions for/, 'menu'),
  },
  {
    name: 'more-filters',
    at: '/admin/customers?search=SV-DEMO-A3',
    ready: heading(/^Customers/),
    then: open('More filters'),
  },
  {
    name: 'new-customer',
    at: '/admin/customers?search=SV-DEMO-A3',
    ready: heading(/^Customers/),
    then: async (page) => {
      await page.getByRole('button', { name: 'New customer' }).click()
      await page.getByRole('button', { name: 'Create customer' }).click()
      await expect(page.getByText('Enter the name')).toBeVisible()
    },
  },
  {
    name: 'differences',
    as: 'finance',
    at: '/admin/finance/differences',
    ready: heading('Differences'),
  },
  { name: 'overview', at: amara(''), ready: heading('Latest') },
  {
    name: 'overview-read-only',
    as: 'read_only',
    at: amara(''),
    ready: heading('Latest'),
    then: open(/^More actions/, 'menu'),
  },
  { name: 'add-flag', at: amara(''), ready: heading('Latest'), then: open('Add flag') },
  {
    name: 'remove-flag',
    at: amara(''),
    ready: heading('Latest'),
    then: async (page) => {
      await page.getByRole('button', { name: 'Show earlier flags' }).click()
      await expect(page.getByText('No flag was ever removed here.')).toBeVisible()
      await page.getByRole('button', { name: /^Remove flag: / }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Remove flag' }).click()
      await expect(page.getByText('Enter why it goes')).toBeVisible()
    },
  },
  { name: 'bookings', at: amara('bookings'), ready: (page) => page.getByText('SV-DEMO-A1') },
  {
    name: 'booking',
    at: amara('bookings'),
    ready: (page) => page.getByText('SV-DEMO-A2'),
    then: async (page) => {
      await page.getByRole('link', { name: 'SV-DEMO-A2' }).click()
      await expect(page.getByRole('dialog').getByText('-£40.00').first()).toBeVisible()
    },
  },
  {
    name: 'money',
    at: amara('money'),
    ready: (page) => page.getByText('£541.70').first(),
    then: async (page) => {
      await page.getByRole('button', { name: 'Show the entries' }).click()
      await expect(page.getByText('Payment captured').first()).toBeVisible()
    },
  },
  {
    name: 'refund',
    as: 'superadmin',
    at: amara('money'),
    ready: (page) => page.getByText('£541.70').first(),
    then: async (page) => {
      await page.getByRole('button', { name: 'Refund SV-DEMO-A3' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByLabel('Amount in pounds').fill('300')
      await dialog.getByRole('button', { name: 'Refund £300.00' }).click()
      await expect(dialog.getByRole('alert').filter({ hasText: 'Choose a reason' })).toBeVisible()
    },
  },
  {
    name: 'issue-credit',
    at: amara('money'),
    ready: (page) => page.getByText('£541.70').first(),
    then: open('Issue credit'),
  },
  { name: 'approvals', as: 'finance', at: '/admin/approvals', ready: heading(/^Approvals/) },
  {
    name: 'data-requests',
    at: async (api) => {
      await dataRequest(api, 'objection', 50)
      await dataRequest(api, 'erasure', 25)
      await dataRequest(api, 'access', 1)
      return '/admin/data-requests'
    },
    ready: (page) => page.locator('.row-link').nth(2),
  },
  {
    name: 'data-requests-empty',
    at: '/admin/data-requests?show=closed&kind=portability',
    ready: heading('No such request here'),
  },
  {
    name: 'data-request',
    at: async (api) => `/admin/data-requests/${await dataRequest(api, 'access', 12)}`,
    ready: heading('Steps'),
  },
  {
    name: 'data-request-step',
    at: async (api) => `/admin/data-requests/${await dataRequest(api, 'complaint', 12)}`,
    ready: heading('Steps'),
    then: open('Confirm identity'),
  },
  {
    name: 'new-data-request',
    at: '/admin/data-requests',
    ready: heading(/^Data requests/),
    then: async (page) => {
      await open('New request')(page)
      await page.getByRole('button', { name: 'Write down' }).click()
      await expect(page.getByText('Choose how it came').last()).toBeVisible()
    },
  },
  { name: 'privacy', at: amara('privacy'), ready: heading('Data requests') },
  { name: 'finance', as: 'finance', at: '/admin/finance', ready: heading(/^Finance/) },
  {
    name: 'ceilings',
    as: 'superadmin',
    at: '/admin/ceilings',
    ready: (page) => page.getByText('£1,000.00').first(),
    then: open('Change Refund, Support'),
  },
  { name: 'tickets', at: amara('tickets'), ready: (page) => page.getByText('Damage') },
  {
    name: 'ticket',
    at: amara('tickets'),
    ready: (page) => page.getByText('Damage'),
    then: async (page) => {
      await page.getByRole('link', { name: 'Damage' }).click()
      await expect(page.getByRole('list', { name: 'Conversation' })).toBeVisible()
    },
  },
  { name: 'addresses', at: amara('addresses'), ready: heading('Studio') },
  {
    name: 'new-address',
    at: amara('addresses'),
    ready: heading('Studio'),
    then: open('Add address'),
  },
  {
    name: 'timeline',
    at: amara('timeline'),
    ready: (page) => page.getByText('SV-DEMO-A1').first(),
  },
  {
    name: 'retention',
    as: 'superadmin',
    at: '/admin/retention',
    ready: (page) => page.getByRole('list', { name: 'Rules' }),
    then: async (page) => {
      await page.getByRole('button', { name: 'Dry run' }).click()
      await expect(page.getByRole('region', { name: 'Last dry run' })).toBeVisible()
    },
  },
  {
    name: 'retention-period',
    as: 'superadmin',
    at: '/admin/retention',
    ready: (page) => page.getByRole('list', { name: 'Rules' }),
    then: open('Change the period of Mails'),
  },
  {
    name: 'backups',
    as: 'superadmin',
    at: '/admin/backups',
    ready: (page) => page.getByRole('region', { name: 'Drills', exact: true }),
  },
  {
    name: 'audit',
    as: 'superadmin',
    at: '/admin/audit',
    ready: (page) => page.locator('.row-link').nth(5),
  },
  {
    name: 'event',
    as: 'superadmin',
    // Of a person: what the system does meanwhile has no role.
    at: async (api) => {
      await api.customer({ name: 'Event' })
      const { id } = await api.get<{ id: string }>('/api/auth/me')
      return `/admin/audit?kind=change&staff=${id}`
    },
    ready: (page) => page.locator('.row-link').first(),
    then: async (page) => {
      await page.locator('.row-link').first().click()
      await expect(page.getByRole('dialog').getByText('Role then')).toBeVisible()
    },
  },
  {
    name: 'staff',
    as: 'superadmin',
    at: '/admin/staff',
    ready: (page) => page.getByText('support@demo.example.com'),
  },
  {
    name: 'invite',
    as: 'superadmin',
    at: '/admin/staff',
    ready: (page) => page.getByText('support@demo.example.com'),
    then: open('Invite'),
  },
  {
    name: 'permissions',
    as: 'superadmin',
    at: '/admin/staff?tab=permissions',
    ready: (page) => page.getByRole('columnheader', { name: 'Reviewer' }),
  },
  {
    name: 'shortcuts',
    at: '/account',
    ready: (page) => page.getByText('This one'),
    then: open('Keyboard shortcuts'),
  },
  { name: 'account', at: '/account', ready: (page) => page.getByText('This one') },
  { name: 'not-found', at: '/admin/nowhere', ready: heading('There is nothing at this address') },
  {
    name: 'forbidden',
    at: '/admin/audit',
    ready: heading('Not allowed'),
    refused: true,
  },
  {
    name: 'no-such-customer',
    at: '/admin/customers/01890000-0000-7000-8000-000000000000',
    ready: heading('There is no such customer'),
    refused: true,
  },
]

test.describe.configure({ mode: 'parallel', timeout: 120_000 })

lookAt(views)

test('a failure of the server is owned up to, with the request id to copy, and recovers', async ({
  page,
  watch,
}) => {
  let broken = true
  await page.route('**/api/admin/customers?*', async (route) => {
    if (!broken) return route.continue()
    await route.fulfill({
      status: 500,
      contentType: 'application/problem+json',
      headers: { 'x-request-id': '01a2b3c4d5e6f708' },
      json: {
        type: 'about:blank',
        title: 'Internal Server Error',
        status: 500,
        code: 'internal',
        requestId: '01a2b3c4d5e6f708',
      },
    })
  })
  await page.goto('/admin/customers')
  const state = page.getByRole('main').getByRole('alert')
  await expect(state).toContainText('The server could not answer', { timeout: 30_000 })
  await expect(state).toContainText('01a2b3c4d5e6f708')
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await state.getByRole('button', { name: 'Copy request id' }).click()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('01a2b3c4d5e6f708')
  await page.screenshot({ path: 'e2e/.results/look/error-desktop-light.png' })
  expect(await breaches(page)).toEqual([])

  broken = false
  await state.getByRole('button', { name: 'Try again' }).click()
  await expect(page.locator('.row-link').nth(24)).toBeVisible()
  expect(watch.wrongs).toEqual([])
})

test('at 200 % zoom nothing is cut off or overlaps sideways', async ({ page, api }) => {
  await page.setViewportSize({ width: 640, height: 450 })
  for (const path of ['/admin/customers', await amara('')(api), '/account']) {
    await page.goto(path)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    await expect(page.locator('.skeleton')).toHaveCount(0)
    expect(await overflow(page), path).toBeLessThanOrEqual(0)
  }
})

test('on a phone the navigation is a sheet and targets are large enough', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 })
  await page.goto('/admin/customers')
  await expect(page.locator('.row-link').nth(24)).toBeVisible()
  const small = await page
    .locator('button:visible, select:visible, [role=tab]:visible, nav a:visible')
    .evaluateAll((all) =>
      all
        .map((one) => ({
          name: one.getAttribute('aria-label') ?? one.textContent,
          box: one.getBoundingClientRect(),
        }))
        .filter(({ box }) => box.width > 1 && (box.height < 43.5 || box.width < 43.5))
        .map(({ name, box }) => `${name}: ${Math.round(box.width)} × ${Math.round(box.height)}`),
    )
  expect(small).toEqual([])
  await page.getByRole('button', { name: 'Menu', exact: true }).click()
  const sheet = page.getByRole('dialog')
  await expect(sheet.getByRole('link', { name: 'Customers', exact: true })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(sheet).toBeHidden()
})

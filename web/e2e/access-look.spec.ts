import { expect, test } from './hub'
import { heading, lookAt, open, type View } from './looking'

const views: View[] = [
  {
    name: 'forgotten-password',
    as: 'nobody',
    at: '/forgotten-password',
    ready: heading('Forgotten password'),
  },
  {
    name: 'single-sign-on-trouble',
    as: 'nobody',
    at: '/sign-in?trouble=unknown',
    ready: heading('Demo accounts'),
  },
  {
    name: 'authenticator-app',
    at: '/account',
    ready: (page) => page.getByText('This one'),
    then: async (page) => {
      await open('Add an authenticator app')(page)
      await expect(page.getByAltText('QR code for the authenticator app')).toBeVisible()
    },
  },
  {
    name: 'recovery-codes',
    at: '/account',
    ready: (page) => page.getByText('This one'),
    then: async (page) => {
      const codes = Array.from({ length: 10 }, (_, at) => `abcd-efgh-ijkl-mno${String(at)}`)
      await page.route('**/api/auth/totp', (route) =>
        route.fulfill({ json: { recoveryCodes: codes } }),
      )
      await open('Add an authenticator app')(page)
      await page.getByRole('dialog').getByLabel('Code').fill('123456')
      await page.getByRole('button', { name: 'Add authenticator app' }).click()
      await expect(page.getByRole('alertdialog', { name: 'Your recovery codes' })).toBeVisible()
    },
  },
  {
    name: 'passkey',
    at: '/account',
    ready: (page) => page.getByText('This one'),
    then: open('Add a passkey'),
  },
  {
    name: 'api-key',
    at: '/account',
    ready: (page) => page.getByText('This one'),
    then: open('New key'),
  },
  {
    name: 'sign-in-log',
    at: '/account',
    ready: (page) => page.getByText('This one'),
    then: open('Sign-in log'),
  },
  {
    name: 'second-factor-code',
    as: 'nobody',
    at: '/sign-in',
    ready: heading('Demo accounts'),
    then: async (page) => {
      const methods = ['totp', 'passkey', 'recovery_code']
      await page.route('**/api/auth/sign-in', (route) =>
        route.fulfill({ status: 202, json: { methods, expiresAt: '2100-01-01T00:00:00Z' } }),
      )
      await page.getByLabel('E-mail').fill('support@demo.example.com')
      await page.getByLabel('Password').fill('demo van moving desk')
      await page.getByRole('button', { name: 'Sign in', exact: true }).click()
      await expect(heading('Second factor')(page)).toBeVisible()
    },
  },
  {
    name: 'proof',
    as: 'superadmin',
    at: '/admin/staff',
    ready: (page) => page.getByText('support@demo.example.com'),
    then: async (page) => {
      await page.route('**/api/admin/staff', (route) =>
        route.request().method() === 'POST'
          ? route.fulfill({
              status: 403,
              contentType: 'application/problem+json',
              json: { code: 'step_up_required', detail: 'Show who you are.', status: 403 },
            })
          : route.fallback(),
      )
      await open('Invite')(page)
      await page.getByLabel('Name').fill('Omar')
      await page.getByLabel('E-mail').fill('omar@example.org')
      await page.getByRole('button', { name: 'Create invitation' }).click()
      await expect(page.getByRole('dialog', { name: 'Is it you?' })).toBeVisible()
    },
    refused: true,
  },
]

test.describe.configure({ mode: 'parallel', timeout: 120_000 })

lookAt(views)

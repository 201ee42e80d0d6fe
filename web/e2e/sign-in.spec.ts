import type { Page } from '@playwright/test'
import { DEMO_PASSWORD, emailOf, expect, family, letters, test, type Role } from './hub'

test.use({ as: 'nobody' })

async function signIn(page: Page, email: string, password: string) {
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

const customers = (page: Page) => page.getByRole('heading', { level: 1, name: /^Customers/ })

test('a demo account fills in the form and signs in', async ({ page }) => {
  await page.goto('/')
  await expect(page).toHaveTitle('Sign in · Customers Hub')
  await expect(page.getByText('Your session has ended')).toHaveCount(0)
  await page.getByRole('button', { name: /Support/ }).click()
  await expect(page.getByLabel('E-mail')).toHaveValue(emailOf('support'))
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()

  await expect(customers(page)).toBeVisible()
  await expect(page).toHaveURL('/admin/customers')
  await expect(page.getByText('Demo: the people and bookings here are invented')).toBeVisible()
  await expect(page.getByRole('button', { name: /^Account of .*, Support$/ })).toBeVisible()
})

test('all six roles are offered in the demo', async ({ page }) => {
  await page.goto('/sign-in')
  const choices = page.getByRole('region', { name: 'Demo accounts' }).getByRole('button')
  await expect(choices).toHaveCount(6)
  const roles: Role[] = ['superadmin', 'ops', 'support', 'finance', 'reviewer', 'read_only']
  for (const [at, role] of roles.entries()) {
    await expect(choices.nth(at)).toContainText(emailOf(role))
  }
})

test('a wrong password says so and keeps what was typed', async ({ page }) => {
  await page.goto('/sign-in')
  await signIn(page, emailOf('support'), 'not the password')
  await expect(page.getByRole('alert')).toHaveText('The e-mail or the password is not right.')
  await expect(page.getByLabel('E-mail')).toHaveValue(emailOf('support'))

  await page.getByLabel('Password').fill(DEMO_PASSWORD)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(customers(page)).toBeVisible()
})

test('an unknown account is answered like a wrong password', async ({ page }) => {
  await page.goto('/sign-in')
  await signIn(page, `${letters()}@example.com`, 'some password or other')
  await expect(page.getByRole('alert')).toHaveText('The e-mail or the password is not right.')
})

test('guessing is slowed down and the page says how long to wait', async ({ page }) => {
  const email = `${letters()}@example.com`
  await page.goto('/sign-in')
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const answered = page.waitForResponse('**/api/auth/sign-in')
    await signIn(page, email, `guess number ${attempt}`)
    expect((await answered).status()).toBe(401)
  }
  await signIn(page, email, 'one guess too many')
  await expect(page.getByRole('alert')).toHaveText(
    /^Too many attempts\. Wait \d+ seconds? and try again\.$/,
  )
})

test('sign-in leads back to the page that was asked for', async ({ page, api }) => {
  const customer = await api.customer({ name: `Way Back ${family()}` })
  await page.goto(`/admin/customers/${customer.id}/timeline`)
  await expect(page).toHaveURL(/\/sign-in\?back=/)
  await signIn(page, emailOf('support'), DEMO_PASSWORD)
  await expect(page).toHaveURL(`/admin/customers/${customer.id}/timeline`)
  await expect(page.getByRole('heading', { level: 1, name: customer.name })).toBeVisible()
})

test('the way back never leads to another site', async ({ page, baseURL }) => {
  await page.goto('/sign-in?back=//example.com/')
  await signIn(page, emailOf('support'), DEMO_PASSWORD)
  await expect(customers(page)).toBeVisible()
  expect(new URL(page.url()).origin).toBe(baseURL)
})

test('signed out in one tab, the other follows', async ({ page, context }) => {
  await page.goto('/admin/audit')
  await signIn(page, emailOf('superadmin'), DEMO_PASSWORD)
  await expect(page.getByRole('heading', { level: 1, name: 'Audit' })).toBeVisible()
  const other = await context.newPage()
  await other.goto('/admin/customers')
  await expect(customers(other)).toBeVisible()

  await page.getByRole('button', { name: /^Account of/ }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await expect(page.getByText('You are signed out.')).toBeVisible()
  await expect(other.getByText('You are signed out.')).toBeVisible()
  await expect(other.getByRole('button', { name: 'Sign in', exact: true })).toBeVisible()

  await signIn(other, emailOf('superadmin'), DEMO_PASSWORD)
  await expect(other).toHaveURL('/admin/customers')
})

test('a session that is ended elsewhere says so at once, and sign-in leads back', async ({
  page,
  playwright,
  baseURL,
}) => {
  await page.goto('/admin/customers?status=active')
  await signIn(page, emailOf('reviewer'), DEMO_PASSWORD)
  await expect(customers(page)).toBeVisible()
  await expect(page.getByText('Status: Active')).toBeVisible()

  const elsewhere = await playwright.request.newContext({
    baseURL,
    extraHTTPHeaders: { origin: baseURL ?? '' },
    storageState: await page.context().storageState(),
  })
  const answer = await elsewhere.post('/api/auth/sign-out')
  expect(answer.ok()).toBe(true)
  await elsewhere.dispose()

  await expect(
    page.getByText('Your session has ended. Sign in and you are back where you were.'),
  ).toBeVisible()
  await signIn(page, emailOf('reviewer'), DEMO_PASSWORD)
  await expect(page).toHaveURL('/admin/customers?status=active')
  await expect(page.getByText('Status: Active')).toBeVisible()
})

test('who forgot their password asks for a link, where mail can be sent', async ({ page }) => {
  await page.goto('/sign-in')
  await expect(page.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible()
  await expect(page.getByText('Demo accounts')).toBeVisible()
  const forgotten = page.getByRole('link', { name: 'Forgotten your password?' })
  await expect(forgotten).toBeHidden()

  // This hub has no mail server, and says so.
  await page.goto('/forgotten-password')
  await page.getByLabel('E-mail').fill('support@demo.example.com')
  await page.getByRole('button', { name: 'Send me a link' }).click()
  await expect(page.getByRole('alert')).toContainText('No mail server is configured')

  const welcome = { demo: false, demoAccounts: [], resetByMail: false, setupNeeded: false }
  await page.route('**/api/auth/welcome', (route) =>
    route.fulfill({ json: { ...welcome, resetByMail: true } }),
  )
  await page.route('**/api/auth/forgotten-password', (route) => route.fulfill({ status: 204 }))
  await page.goto('/sign-in')
  await forgotten.click()
  await expect(page.getByRole('heading', { level: 1, name: 'Forgotten password' })).toBeVisible()
  await page.getByLabel('E-mail').fill('somebody@example.org')
  await page.getByRole('button', { name: 'Send me a link' }).click()
  await expect(page.getByRole('main').getByRole('status')).toContainText(
    'If somebody@example.org is an account here',
  )
  await page.getByRole('link', { name: 'Back to sign-in' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible()
})

test('single sign-on is offered where there is a provider, and says what went wrong', async ({
  page,
}) => {
  const welcome = { demo: false, demoAccounts: [], resetByMail: false, setupNeeded: false }
  await page.route('**/api/auth/welcome', (route) =>
    route.fulfill({ json: { ...welcome, singleSignOn: 'Example' } }),
  )
  await page.goto('/sign-in?back=%2Faccount&trouble=unknown')
  await expect(page.getByText('There is no account here for that address.')).toBeVisible()
  const link = page.getByRole('link', { name: 'Sign in with Example' })
  await expect(link).toHaveAttribute('href', '/single-sign-on/begin?back=%2Faccount')

  // This hub has no provider, and leads back.
  await link.click()
  await expect(page).toHaveURL('/sign-in?trouble=provider')
  await expect(page.getByText('It could not be confirmed who you are.')).toBeVisible()

  await page.goto('/sign-in?step=code')
  await expect(page.getByRole('heading', { level: 1, name: 'Second factor' })).toBeVisible()
})

import { expect, family, letters, test, toast } from './hub'

test('the theme is chosen, kept, and worn before the first paint', async ({ page }) => {
  await page.goto('/account')
  const html = page.locator('html')
  await expect(html).toHaveClass(/light/)
  await page.getByRole('radio', { name: 'Dark' }).check()
  await expect(html).toHaveClass(/dark/)

  await page.addInitScript(() => {
    const worn: string[] = []
    Object.assign(window, { worn })
    new MutationObserver(() => {
      if (document.querySelector('body')) worn.push(document.documentElement.className)
    }).observe(document, { subtree: true, childList: true, attributes: true })
  })
  await page.reload()
  await expect(page.getByRole('radio', { name: 'Dark' })).toBeChecked()
  const worn = await page.evaluate(() => (window as unknown as { worn: string[] }).worn)
  expect(worn.length).toBeGreaterThan(0)
  expect([...new Set(worn)]).toEqual(['dark'])

  await page.getByRole('button', { name: 'Theme: Dark' }).click()
  await page.getByRole('menuitem', { name: 'As the system' }).click()
  await expect(html).toHaveClass(/light/)
  await page.emulateMedia({ colorScheme: 'dark' })
  await expect(html).toHaveClass(/dark/)
})

test('two tabs wear the same theme', async ({ page, context }) => {
  await page.goto('/account')
  const other = await context.newPage()
  await other.goto('/account')
  await other.getByRole('radio', { name: 'Dark' }).check()
  await expect(page.locator('html')).toHaveClass(/dark/)
  await expect(page.getByRole('radio', { name: 'Dark' })).toBeChecked()
})

test('a password is changed, other sessions end, and the new one signs in', async ({
  open,
  api,
}) => {
  const email = `${letters()}@example.org`
  const [first, second] = ['eleven heavy boxes of books', 'nineteen light boxes of hats']
  const page = await open({ at: await api.invite(`Paula ${family()}`, email, 'support') })
  await page.getByLabel('Password').fill(first)
  await page.getByRole('button', { name: 'Save and sign in' }).click()
  await expect(page).toHaveURL('/admin/customers')

  const elsewhere = await open({ at: '/account' })
  const signIn = async (password: string) => {
    await elsewhere.getByLabel('E-mail').fill(email)
    await elsewhere.getByLabel('Password').fill(password)
    await elsewhere.getByRole('button', { name: 'Sign in', exact: true }).click()
  }
  await signIn(first)
  await expect(elsewhere.getByRole('heading', { level: 1, name: 'Account' })).toBeVisible()

  await page.goto('/account')
  const sessions = page
    .getByRole('region', { name: 'Where you are signed in' })
    .getByRole('listitem')
  await expect(sessions).toHaveCount(2)
  await expect(sessions.filter({ hasText: 'This one' })).toHaveCount(1)

  await page.getByRole('button', { name: 'Change password' }).click()
  const dialog = page.getByRole('dialog', { name: 'Change password' })
  await dialog.getByLabel('Current password').fill('not this one at all')
  await dialog.getByLabel('New password').fill(second)
  await dialog.getByRole('button', { name: 'Change password' }).click()
  await expect(dialog.getByLabel('Current password')).toHaveAccessibleErrorMessage(
    /is not your (current|present) password/,
  )
  await dialog.getByLabel('Current password').fill(first)
  await dialog.getByRole('button', { name: 'Change password' }).click()
  await expect(toast(page)).toContainText('Password changed')
  await expect(sessions).toHaveCount(1)

  await expect(elsewhere.getByText('Your session has ended.')).toBeVisible()
  await signIn(first)
  await expect(elsewhere.getByRole('alert')).toHaveText('The e-mail or the password is not right.')
  await signIn(second)
  await expect(elsewhere.getByRole('heading', { level: 1, name: 'Account' })).toBeVisible()

  await page.reload()
  await sessions.getByRole('button', { name: /^End the session/ }).click()
  await expect(toast(page)).toContainText('Session ended')
  await expect(elsewhere.getByText('Your session has ended.')).toBeVisible()

  await page.getByRole('button', { name: 'Sign out everywhere' }).click()
  const question = page.getByRole('alertdialog', { name: 'Sign out everywhere?' })
  await question.getByRole('button', { name: 'Sign out everywhere' }).click()
  await expect(page.getByText('You are signed out.')).toBeVisible()
})

test('other devices are signed out, and this one is not', async ({ open, api }) => {
  const email = `${letters()}@example.org`
  const password = 'eleven heavy boxes of books'
  const page = await open({ at: await api.invite(`Paula ${family()}`, email, 'support') })
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Save and sign in' }).click()
  await expect(page).toHaveURL('/admin/customers')
  await page.goto('/account')
  const others = page.getByRole('button', { name: 'Sign out other devices' })
  await expect(others).toHaveAttribute('aria-disabled', 'true')

  const elsewhere = await open({ at: '/account' })
  await elsewhere.getByLabel('E-mail').fill(email)
  await elsewhere.getByLabel('Password').fill(password)
  await elsewhere.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(elsewhere.getByRole('heading', { level: 1, name: 'Account' })).toBeVisible()
  await page.reload()
  await others.click()
  await expect(toast(page)).toContainText('Every other device is signed out')
  await expect(others).toHaveAttribute('aria-disabled', 'true')
  await expect(elsewhere.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible()
})

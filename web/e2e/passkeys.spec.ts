import type { Page } from '@playwright/test'
import { expect, family, letters, test, toast } from './hub'

const PASSWORD = 'eleven heavy boxes of books'

/** A phone's fingerprint reader, in the browser's own test authenticator. */
async function withAuthenticator(page: Page) {
  const session = await page.context().newCDPSession(page)
  await session.send('WebAuthn.enable')
  await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
}

test('a passkey is added, signs in, proves who one is, and is removed', async ({ open, api }) => {
  const email = `${letters()}@example.org`
  const page = await open({ at: await api.invite(`Paula ${family()}`, email, 'support') })
  await withAuthenticator(page)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Save and sign in' }).click()
  await expect(page).toHaveURL('/admin/customers')

  await page.goto('/account')
  const section = page.getByRole('region', { name: 'Passkeys' })
  await section.getByRole('button', { name: 'Add a passkey' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add a passkey' })
  await dialog.getByLabel('Name').fill('Finger')
  await dialog.getByRole('button', { name: 'Continue' }).click()
  const shown = page.getByRole('alertdialog', { name: 'Your recovery codes' })
  await expect(shown.getByRole('listitem')).toHaveCount(10)
  const [code = ''] = await shown.getByRole('listitem').allInnerTexts()
  await shown.getByRole('button', { name: 'I have kept them' }).click()
  await expect(section).toContainText('Finger')

  await section.getByRole('button', { name: 'Rename the passkey Finger' }).click()
  const renaming = page.getByRole('dialog', { name: 'Rename the passkey' })
  await renaming.getByLabel('Name').fill('')
  await renaming.getByRole('button', { name: 'Save' }).click()
  await expect(renaming.getByLabel('Name')).toHaveAccessibleErrorMessage(/Enter a name/)
  await renaming.getByLabel('Name').fill('Right thumb')
  await renaming.getByRole('button', { name: 'Save' }).click()
  await expect(section).toContainText('Right thumb')

  const signOut = async () => {
    await page.getByRole('button', { name: /^Account of/ }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await expect(page.getByText('You are signed out.')).toBeVisible()
  }
  await signOut()
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
  await expect(page).not.toHaveURL(/sign-in/)
  await page.goto('/account')
  await expect(page.getByText('with a passkey').first()).toBeVisible()

  await signOut()
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Second factor' })).toBeVisible()
  await page.getByRole('button', { name: 'Use a passkey' }).click()
  await expect(page).not.toHaveURL(/sign-in/)

  await page.goto('/account')
  await section.getByRole('button', { name: 'Remove the passkey Right thumb' }).click()
  const question = page.getByRole('alertdialog', { name: 'Remove the passkey “Right thumb”?' })
  await question.getByRole('button', { name: 'Remove' }).click()
  await expect(toast(page)).toContainText('Passkey removed')
  expect(code).toMatch(/^[a-z2-7]{4}(-[a-z2-7]{4}){3}$/)
})

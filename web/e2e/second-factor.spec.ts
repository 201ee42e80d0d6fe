import type { Page } from '@playwright/test'
import { createHmac } from 'node:crypto'
import { expect, family, letters, test, toast } from './hub'

const PASSWORD = 'eleven heavy boxes of books'

/** What an authenticator app shows (RFC 6238), `steps` of 30 seconds from now. */
function codeOf(secret: string, steps = 0): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  const bits = Array.from(secret, (c) => alphabet.indexOf(c).toString(2).padStart(5, '0')).join('')
  const bytes = bits.match(/.{8}/g)?.map((byte) => parseInt(byte, 2)) ?? []
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps))
  const hash = createHmac('sha1', Buffer.from(bytes)).update(counter).digest()
  const number = hash.readUInt32BE((hash[19] ?? 0) & 0xf) & 0x7fffffff
  return String(number % 1_000_000).padStart(6, '0')
}

async function signIn(page: Page, email: string) {
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

const customers = (page: Page) => page.getByRole('heading', { level: 1, name: /^Customers/ })

test('an authenticator app is added, asked for, stood in for, and removed', async ({
  open,
  api,
}) => {
  const email = `${letters()}@example.org`
  const page = await open({ at: await api.invite(`Paula ${family()}`, email, 'support') })
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Save and sign in' }).click()
  await expect(customers(page)).toBeVisible()

  await page.goto('/account')
  const section = page.getByRole('region', { name: 'Second factor' })
  await section.getByRole('button', { name: 'Add an authenticator app' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add an authenticator app' })
  await expect(dialog.getByAltText('QR code for the authenticator app')).toBeVisible()
  const secret = (await dialog.locator('.one-time-link > span').first().innerText()).replaceAll(
    ' ',
    '',
  )
  await dialog.getByLabel('Code').fill('000000')
  await dialog.getByRole('button', { name: 'Add authenticator app' }).click()
  await expect(dialog.getByLabel('Code')).toHaveAccessibleErrorMessage(/check the clock/)
  await dialog.getByLabel('Code').fill(codeOf(secret, -1))
  await dialog.getByRole('button', { name: 'Add authenticator app' }).click()
  const shown = page.getByRole('alertdialog', { name: 'Your recovery codes' })
  await expect(shown.getByRole('listitem')).toHaveCount(10)
  const codes = await shown.getByRole('listitem').allInnerTexts()
  await shown.getByRole('button', { name: 'I have kept them' }).click()
  await expect(section).toContainText('10 of 10 left')

  const elsewhere = await open({ at: '/account' })
  await signIn(elsewhere, email)
  await expect(elsewhere.getByRole('heading', { level: 1, name: 'Second factor' })).toBeVisible()
  await elsewhere.getByLabel('Code').fill('000000')
  await elsewhere.getByRole('button', { name: 'Continue' }).click()
  await expect(elsewhere.getByRole('alert')).toHaveText('The code is wrong, or was used before.')
  await elsewhere.getByLabel('Code').fill(codeOf(secret))
  await elsewhere.getByRole('button', { name: 'Continue' }).click()
  await expect(elsewhere.getByRole('heading', { level: 1, name: 'Account' })).toBeVisible()
  await expect(elsewhere.getByText('a code of the authenticator app').first()).toBeVisible()

  const third = await open({ at: '/account' })
  await signIn(third, email)
  await third.getByLabel('Code').fill(codes[0] ?? '')
  await third.getByRole('button', { name: 'Continue' }).click()
  await expect(third.getByText('9 of 10 left')).toBeVisible()

  await section.getByRole('button', { name: 'Remove' }).click()
  const question = page.getByRole('alertdialog', { name: 'Remove the authenticator app?' })
  await question.getByRole('button', { name: 'Remove' }).click()
  await expect(toast(page)).toContainText('Authenticator app removed')
  await expect(section).toContainText('None yet')
})

test.describe('a session that has grown old', () => {
  test.use({ as: 'superadmin' })

  test('is asked again before a dangerous act, and the act is then done', async ({ page }) => {
    let asked = 0
    await page.route('**/api/admin/limits', async (route) => {
      asked += route.request().method() === 'PUT' ? 1 : 0
      if (route.request().method() !== 'PUT' || asked > 1) return route.fallback()
      return route.fulfill({
        status: 403,
        contentType: 'application/problem+json',
        body: JSON.stringify({
          code: 'step_up_required',
          detail: 'Show who you are.',
          status: 403,
        }),
      })
    })
    await page.goto('/admin/ceilings')
    const ceilings = page.getByRole('table', { name: 'Ceilings' })
    await ceilings
      .getByRole('button', { name: /^Change/ })
      .first()
      .click()
    const form = page.getByRole('dialog')
    await form.getByRole('button', { name: /Save/ }).click()
    const proof = page.getByRole('dialog', { name: 'Is it you?' })
    await proof.getByLabel('Password').fill('not the password')
    await proof.getByRole('button', { name: 'Continue' }).click()
    await expect(proof.getByLabel('Password')).toHaveAccessibleErrorMessage(/is wrong/)
    await proof.getByLabel('Password').fill('demo van moving desk')
    await proof.getByRole('button', { name: 'Continue' }).click()
    await expect(proof).toBeHidden()
    expect(asked).toBe(2)
  })
})

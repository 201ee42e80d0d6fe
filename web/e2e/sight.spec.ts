import { customerPath, expect, family, test, toast } from './hub'

const reach = '.customer-reach'

test.describe('as somebody who works without contact details', () => {
  test.use({ as: 'read_only' })

  test('they are hidden until a reason is given, and for that customer only', async ({
    page,
    api,
  }) => {
    const email = `${family().toLowerCase()}@example.com`
    const customer = await api.customer({ name: `Holly ${family()}`, email, phone: '07700 900123' })
    await page.goto(customerPath(customer))
    await expect(page.locator(reach)).toContainText('•••@•••')
    await expect(page.locator(reach)).toContainText('••• 123')
    await expect(page.locator(reach).getByRole('link')).toHaveCount(0)

    await page.getByRole('button', { name: 'Reveal' }).click()
    const dialog = page.getByRole('dialog', { name: 'Reveal contact details' })
    await dialog.getByRole('button', { name: 'Reveal' }).click()
    await expect(dialog.getByLabel('Reason')).toHaveAccessibleErrorMessage('Enter the reason')
    await dialog.getByLabel('Reason').fill('The customer asks what number we have')
    await dialog.getByRole('button', { name: 'Reveal' }).click()
    await expect(dialog).toBeHidden()
    await expect(toast(page)).toContainText('shown for 15 minutes')
    await expect(page.locator(reach)).toContainText(email)
    await expect(page.getByText('Contact details are shown until')).toBeVisible()
  })
})

test.describe('as a superadmin', () => {
  test.use({ as: 'superadmin' })

  test('change how much a role reads in a day', async ({ page }) => {
    await page.goto('/admin/ceilings')
    const reading = page.getByRole('region', { name: 'Reading' })
    await reading.getByRole('button', { name: 'Change reading, Support' }).click()
    const dialog = page.getByRole('dialog', { name: 'Reading: Support' })
    await dialog.getByLabel('Stop after').fill('20')
    await dialog.getByRole('button', { name: 'Save bounds' }).click()
    await expect(dialog.getByLabel('Stop after')).toHaveAccessibleErrorMessage(
      'Stop after must not come before the alarm',
    )
    await dialog.getByLabel('Stop after').fill('5000')
    await dialog.getByRole('button', { name: 'Save bounds' }).click()
    await expect(toast(page)).toContainText('Bounds saved')
    await expect(reading.getByRole('row', { name: /Support/ })).toContainText('5,000')
  })
})

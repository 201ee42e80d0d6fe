import { customerPath, expect, family, letters, test } from './hub'

test.use({ viewport: { width: 390, height: 844 } })

const difficult = {
  'two hundred letters': () => letters(200),
  'two hundred in words': () => `Wilhelmina ${letters(9)} `.repeat(10).slice(0, 200).trim(),
  'emoji and accents': () => `Zoë 👩‍🚒🏴󠁧󠁢󠁷󠁬󠁳󠁿 ${family()}`,
  'right to left': () => `فاطمة الزهراء ${letters(4)} بنت محمد`,
  'one word': () => family(),
}
for (const [kind, make] of Object.entries(difficult)) {
  test(`a name of ${kind} breaks nothing`, async ({ page, api }) => {
    const name = make()
    const customer = await api.customer({
      name,
      email: `${letters(60)}@${letters(60)}.example.org`,
    })
    await api.address(customer, {
      label: letters(60),
      line1: letters(200),
      city: letters(100),
      postcode: 'EH1 2AB',
    })
    const fits = () =>
      page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      )
    await page.goto(`/admin/customers?search=${customer.email}`)
    await expect(page.getByRole('link', { name, exact: true })).toBeVisible()
    expect(await fits(), 'the list').toBeLessThanOrEqual(0)
    for (const path of ['', 'bookings', 'addresses', 'timeline']) {
      await page.goto(customerPath(customer, path))
      await expect(page.getByRole('heading', { level: 1, name, exact: true })).toBeVisible()
      await expect(page.locator('.skeleton')).toHaveCount(0)
      expect(await fits(), path).toBeLessThanOrEqual(0)
    }
    await page.getByRole('button', { name: 'Edit', exact: true }).click()
    await expect(page.getByRole('dialog').getByLabel('Name')).toHaveValue(name)
    expect(await fits(), 'the dialog').toBeLessThanOrEqual(0)
  })
}

import { expect, family, filterBox, find, letters, rowsOf, test } from './hub'

test('nobody found: says for what, names near matches, offers to clear', async ({ page, api }) => {
  const name = family()
  const customer = await api.customer({ name: `Nadia ${name}` })
  await page.goto('/admin/customers')
  await find(page, `${name} ${letters(5)}`)
  await expect(page.getByRole('heading', { name: 'No customer matches' })).toBeVisible()
  await expect(page.getByRole('link', { name: customer.name })).toBeVisible()

  await page.getByRole('button', { name: 'Clear filters' }).click()
  await expect(page).toHaveURL('/admin/customers')
  await expect(filterBox(page)).toHaveValue('')
  await expect(rowsOf(page)).toHaveCount(25)
})

test('a slip in a name: who may have been meant is a click away', async ({ page, api }) => {
  const name = family()
  const customer = await api.customer({ name: `Nadia ${name}` })
  await page.goto('/admin/customers')
  await find(page, `${name.slice(0, -2)}${name.at(-1)}${name.at(-2)}q`)
  await expect(page.getByText('Did you mean')).toBeVisible()
  await page.getByRole('link', { name: customer.name }).click()
  await expect(page.getByRole('heading', { name: customer.name })).toBeVisible()
})

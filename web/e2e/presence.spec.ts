import { customerPath, expect, family, test } from './hub'

test('who else has the customer open is named, until they leave', async ({ page, api, open }) => {
  const customer = await api.customer({ name: `Shared ${family()}` })
  const here = (name: string) => page.getByRole('status').filter({ hasText: name })
  await page.goto(customerPath(customer))
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(customer.name)
  await expect(here('Also here')).toHaveCount(0)

  const other = await open({ as: 'support', at: customerPath(customer) })
  await expect(here('Also here: Sunil Support')).toBeVisible()
  await expect(other.getByText('Also here: Olivia Operations')).toBeVisible()

  // On another tab of the same customer they are still here; elsewhere they are not.
  await other.getByRole('link', { name: 'Money', exact: true }).click()
  await expect(other.getByText('Also here: Olivia Operations')).toBeVisible()
  await expect(here('Also here: Sunil Support')).toBeVisible()
  await other.goto('/admin/customers')
  await expect(here('Also here')).toHaveCount(0)

  await other.goto(customerPath(customer))
  await expect(here('Also here: Sunil Support')).toBeVisible()
  await other.close()
  await expect(here('Also here')).toHaveCount(0)
})

test('two who edit the same customer are warned of each other, and both may go on', async ({
  page,
  api,
  open,
}) => {
  const customer = await api.customer({ name: `Edited ${family()}` })
  const other = await open({ as: 'support', at: customerPath(customer) })
  await page.goto(customerPath(customer))
  for (const one of [page, other])
    await one.getByRole('button', { name: 'Edit', exact: true }).click()
  const warning = (one: typeof page, name: string) =>
    one.getByRole('dialog').getByText(`${name} is editing this customer too.`)
  await expect(warning(page, 'Sunil Support')).toBeVisible()
  await expect(warning(other, 'Olivia Operations')).toBeVisible()

  await other.getByRole('dialog').getByLabel('Phone').fill('07700 900123')
  await other.getByRole('button', { name: 'Save changes' }).click()
  await expect(page.getByText('Sunil Support (editing)')).toHaveCount(0)
  await expect(warning(page, 'Sunil Support')).toHaveCount(0)
  await page.getByRole('dialog').getByLabel('Name').fill(`Settled ${family()}`)
  await page.getByRole('button', { name: 'Save changes' }).click()
  await expect(page.getByRole('alert')).toContainText('Sunil Support changed this')
})

test('whoever loses the network is not here any more, and is again when it returns', async ({
  page,
  context,
  api,
  open,
}) => {
  const customer = await api.customer({ name: `Cut off ${family()}` })
  const other = await open({ as: 'support', at: customerPath(customer) })
  await page.goto(customerPath(customer))
  await expect(other.getByText('Also here: Olivia Operations')).toBeVisible()
  await context.setOffline(true)
  await context.setOffline(false)
  await expect(page.getByText('Also here: Sunil Support')).toBeVisible()
  await expect(other.getByText('Also here: Olivia Operations')).toBeVisible()
  await page.close()
  await expect(other.getByText('Also here')).toHaveCount(0)
})

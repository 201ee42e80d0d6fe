import { customerPath, expect, family, namesOf, rowsOf, test, toast } from './hub'

test('a change by a colleague shows on the open page by itself', async ({ page, api, open }) => {
  const customer = await api.customer({ name: `Before ${family()}` })
  const name = `After ${family()}`
  const title = page.getByRole('heading', { level: 1 })
  await page.goto(customerPath(customer))
  await expect(title).toHaveText(customer.name)

  const other = await open({ as: 'support', at: customerPath(customer) })
  await other.getByRole('button', { name: 'Edit', exact: true }).click()
  await other.getByRole('dialog').getByLabel('Name').fill(name)
  await other.getByRole('button', { name: 'Save changes' }).click()
  await expect(title).toHaveText(name)
  await expect(page).toHaveTitle(`${name} · Customers Hub`)
})

test('addresses, notes and archiving by a colleague appear on the open page', async ({
  page,
  api,
}) => {
  const customer = await api.customer({ name: `Watched ${family()}` })
  const figure = (name: string) => page.getByRole('group', { name, exact: true })
  await page.goto(customerPath(customer))
  await expect(figure('Addresses')).toContainText('0')
  await api.address(customer, {
    label: 'Home',
    line1: '3 Mill Lane',
    city: 'Leeds',
    postcode: 'LS1 4DY',
  })
  await expect(figure('Addresses')).toContainText('1')
  await api.post(`/api/admin/customers/${customer.id}/notes`, { body: 'Ring the bell twice' })
  await expect(page.getByText('Ring the bell twice')).toBeVisible()
  await api.archive(customer)
  await expect(page.getByText(/hidden from lists and search, everything kept/)).toBeVisible()
})

test('in the list, what moves no row changes in place', async ({ page, api }) => {
  const name = family()
  const customer = await api.customer({ name: `Quiet ${name}` })
  await page.goto(`/admin/customers?search=${name}`)
  await expect(namesOf(page)).toHaveText([customer.name])
  await api.put(`/api/admin/customers/${customer.id}`, customer.version, {
    name: `Quieter ${name}`,
    email: customer.email,
  })
  await expect(namesOf(page)).toHaveText([`Quieter ${name}`])
  await expect(page.getByRole('button', { name: 'Refresh' })).toHaveCount(0)
})

test('in the list, what would move rows waits behind a quiet bar', async ({ page, api }) => {
  const name = family()
  const first = await api.customer({ name: `First ${name}` })
  await page.goto(`/admin/customers?search=${name}`)
  await expect(namesOf(page)).toHaveText([first.name])
  const second = await api.customer({ name: `Second ${name}` })
  await expect(page.getByText(/^\d+ changes? elsewhere/)).toBeVisible()
  await expect(namesOf(page)).toHaveText([first.name])
  await page.getByRole('button', { name: 'Refresh' }).click()
  await expect(namesOf(page)).toHaveText([second.name, first.name])
  await expect(page.getByText(/^\d+ changes? elsewhere/)).toHaveCount(0)
})

test('one’s own change stands in the list without a bar', async ({ page, api }) => {
  const name = family()
  const customer = await api.customer({ name: `Own ${name}` })
  await page.goto(`/admin/customers?search=${name}`)
  await page.getByRole('button', { name: `Actions for ${customer.name}` }).click()
  await page.getByRole('menuitem', { name: 'Edit' }).click()
  await page.getByRole('dialog').getByLabel('Name').fill(`Mine ${name}`)
  await page.getByRole('button', { name: 'Save changes' }).click()
  await expect(toast(page)).toContainText('Saved')
  await expect(namesOf(page)).toHaveText([`Mine ${name}`])
})

test('when the network goes a bar says so, and on return the page is read again', async ({
  page,
  context,
  api,
}) => {
  const customer = await api.customer({ name: `Offline ${family()}` })
  const name = `Online ${family()}`
  const bar = page.getByText('No connection. What you see may be out of date; trying again.')
  await page.goto(customerPath(customer))
  await expect(page.getByRole('heading', { level: 1, name: customer.name })).toBeVisible()
  await context.setOffline(true)
  await expect(bar).toBeVisible()
  await expect(page.getByRole('heading', { level: 1, name: customer.name })).toBeVisible()
  await api.put(`/api/admin/customers/${customer.id}`, customer.version, {
    name,
    email: customer.email,
  })
  await context.setOffline(false)
  await expect(bar).toBeHidden()
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible()
})

test('when the server goes a bar says so, and it is found again', async ({ page, context }) => {
  let reachable = true
  const closers: (() => void)[] = []
  await context.routeWebSocket('**/api/live?*', (socket) => {
    if (reachable) {
      const server = socket.connectToServer()
      closers.push(() => {
        void server.close()
        void socket.close()
      })
    } else void socket.close()
  })
  const bar = page.getByText('No connection. What you see may be out of date; trying again.')
  await page.goto('/admin/customers')
  await expect(rowsOf(page)).toHaveCount(25)
  await expect.poll(() => closers.length).toBe(1)
  reachable = false
  closers.forEach((close) => close())
  await expect(bar).toBeVisible()
  await expect(rowsOf(page)).toHaveCount(25)
  reachable = true
  await expect(bar).toBeHidden({ timeout: 30_000 })
})

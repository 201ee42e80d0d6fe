import type { Page } from '@playwright/test'
import { customerPath, expect, family, letters, mobile, test, toast } from './hub'

const title = (page: Page, name: string) =>
  page.getByRole('heading', { level: 1, name, exact: true })
const tab = (page: Page, name: RegExp) =>
  page.getByRole('navigation', { name: 'Customer', exact: true }).getByRole('link', { name })
const figure = (page: Page, name: string) =>
  page.getByRole('region', { name: 'Figures' }).getByRole('group', { name, exact: true })
const section = (page: Page, name: string) => page.getByRole('region', { name, exact: true })

async function choose(page: Page, menu: string | RegExp, act: string) {
  await page.getByRole('button', { name: menu }).click()
  // From its beginning: the reasons of blocked acts may speak of it too.
  await page.getByRole('menuitem', { name: new RegExp(`^${act}`) }).click()
}

test('a new customer: errors stand at their fields, then the page opens', async ({ page, api }) => {
  const taken = await api.customer({ name: 'Somebody Else', email: `${letters()}@example.org` })
  const name = `Newton ${family()}`
  await page.goto('/admin/customers')
  await page.getByRole('button', { name: 'New customer' }).click()
  const dialog = page.getByRole('dialog', { name: 'New customer' })
  const field = (label: string) => dialog.getByLabel(label)
  const create = dialog.getByRole('button', { name: 'Create customer' })

  await create.click()
  await expect(field('Name')).toHaveAccessibleErrorMessage('Enter the name')
  await expect(field('Name')).toHaveAttribute('aria-invalid', 'true')
  await expect(field('Name')).toBeFocused()
  await field('Name').fill(name)
  await create.click()
  await expect(field('E-mail')).toHaveAccessibleErrorMessage(
    /Enter an e-mail address or a phone number/,
  )
  await field('E-mail').fill('not an address')
  await create.click()
  await expect(field('E-mail')).toHaveAccessibleErrorMessage(/such as name@example.com/)
  await field('E-mail').fill(taken.email?.toUpperCase() ?? '')
  await field('Phone').fill('12')
  await create.click()
  await expect(field('Phone')).toHaveAttribute('aria-invalid', 'true')
  await field('Phone').fill(`0${mobile()}`)
  await create.click()
  await expect(field('E-mail')).toHaveAttribute('aria-invalid', 'true')
  await expect(field('Name')).toHaveValue(name)
  await field('E-mail').fill(`${letters()}@example.org`)
  await create.click()

  await expect(title(page, name)).toBeVisible()
  await expect(toast(page)).toContainText(`${name} is now a customer`)
  await expect(page.locator('.customer-head')).toContainText('New')
})

test('edit: the new values stand on the page and in the timeline', async ({ page, api }) => {
  const customer = await api.customer({ name: `Edith ${family()}` })
  const name = `Edie ${family()}`
  await page.goto(customerPath(customer))
  await page.getByRole('button', { name: 'Edit', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: `Edit ${customer.name}` })
  await dialog.getByLabel('Name').fill(name)
  await dialog.getByLabel('Phone').fill('+44 7700 900-123')
  await dialog.getByRole('button', { name: 'Save changes' }).click()
  await expect(dialog).toBeHidden()
  await expect(title(page, name)).toBeVisible()
  await expect(
    page.locator('.customer-head').getByRole('link', { name: '07700 900123' }),
  ).toBeVisible()
  await tab(page, /^Timeline/).click()
  await expect(section(page, 'Timeline').getByRole('listitem').first()).toContainText(
    'by Olivia Operations',
  )
})

test('two people edit at once: nothing is lost, each value is a choice', async ({
  page,
  api,
  open,
}) => {
  const customer = await api.customer({ name: `Twyla ${family()}`, phone: `0${mobile()}` })
  const [theirs, mine] = [`Theirs ${family()}`, `Mine ${family()}`]
  const edit = async (who: Page, name: string) => {
    await who.getByRole('button', { name: 'Edit', exact: true }).click()
    await who.getByRole('dialog').getByLabel('Name').fill(name)
  }
  const save = (who: Page) => who.getByRole('button', { name: 'Save changes' }).click()
  await page.goto(customerPath(customer))
  await edit(page, mine)
  const other = await open({ as: 'support', at: customerPath(customer) })
  await edit(other, theirs)
  await save(other)
  await expect(title(other, theirs)).toBeVisible()

  await save(page)
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByRole('alert').filter({ hasText: 'changed this' })).toContainText(
    'Nothing of yours is saved yet.',
  )
  const row = dialog.getByRole('row').filter({ hasText: theirs })
  await expect(row).toContainText(mine)
  await row.getByRole('button', { name: 'Use their value for Name' }).click()
  const nameField = dialog.getByRole('textbox', { name: 'Name' })
  await expect(nameField).toHaveValue(theirs)
  await nameField.fill(mine)
  const phone = `0${mobile()}`
  await dialog.getByLabel('Phone').fill(phone)
  await save(page)
  await expect(dialog).toBeHidden()
  await expect(title(page, mine)).toBeVisible()
  await expect(title(other, mine)).toBeVisible()
  const saved = await api.get<{ name: string; phone: string }>(
    `/api/admin/customers/${customer.id}`,
  )
  expect(saved).toMatchObject({ name: mine, phone })
})

test('an address is added, edited, removed and brought back', async ({ page, api }) => {
  const customer = await api.customer({ name: `Adair ${family()}` })
  await page.goto(customerPath(customer, 'addresses'))
  await expect(page.getByRole('heading', { name: 'No addresses yet' })).toBeVisible()
  await page.getByRole('button', { name: 'Add address' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Add address' }).click()
  for (const label of ['Label', 'Line 1', 'Town or city', 'Postcode']) {
    await expect(dialog.getByLabel(label, { exact: true })).toHaveAttribute('aria-invalid', 'true')
  }
  await dialog.getByLabel('Label', { exact: true }).fill('New flat')
  await dialog.getByLabel('Line 1').fill('12 Quay Street')
  await dialog.getByLabel('Town or city').fill('Bristol')
  await dialog.getByLabel('Postcode').fill('bs14dj')
  await dialog.getByLabel('Flat').fill('7')
  await dialog.getByLabel('Floor').fill('3')
  await dialog.getByLabel('Lift').selectOption('There is no lift')
  await dialog.getByLabel('Access notes').fill('Narrow stairs')
  await dialog.getByRole('button', { name: 'Add address' }).click()

  const card = section(page, 'Addresses').getByRole('listitem').filter({ hasText: 'New flat' })
  await expect(card).toContainText('12 Quay Street')
  await expect(card).toContainText('BS1 4DJ')
  await expect(card).toContainText(/Lift\s*No/)
  await expect(figure(page, 'Addresses')).toContainText('1')

  await choose(page, 'Actions for address New flat', 'Edit')
  await dialog.getByLabel('Floor').fill('5')
  await dialog.getByRole('button', { name: 'Save changes' }).click()
  await expect(card).toContainText(/Floor\s*5/)

  await choose(page, 'Actions for address New flat', 'Remove')
  await expect(card).toBeHidden()
  await expect(toast(page)).toContainText('Address removed')
  await toast(page).getByRole('button', { name: 'Undo' }).click()
  await expect(card).toContainText('Narrow stairs')
})

test('a contact is added, edited, removed', async ({ page, api }) => {
  const customer = await api.customer({ name: `Conrad ${family()}` })
  const name = `Priya ${family()}`
  await page.goto(customerPath(customer, 'addresses'))
  await page.getByRole('button', { name: 'Add contact' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill(name)
  await dialog.getByLabel('Label').fill('Partner')
  await dialog.getByRole('button', { name: 'Add contact' }).click()
  await expect(dialog.getByLabel('Phone')).toHaveAccessibleErrorMessage(
    'Enter a phone number or an e-mail address',
  )
  await dialog.getByLabel('Phone').fill('07700 900555')
  await dialog.getByRole('button', { name: 'Add contact' }).click()
  const card = section(page, 'Contacts').getByRole('listitem').filter({ hasText: name })
  await expect(card).toContainText('07700 900555')

  await choose(page, `Actions for contact ${name}`, 'Edit')
  await dialog.getByLabel('Label').fill('Landlady')
  await dialog.getByRole('button', { name: 'Save changes' }).click()
  await expect(card).toContainText('Landlady')
  await choose(page, `Actions for contact ${name}`, 'Remove')
  await expect(card).toBeHidden()
  await expect(figure(page, 'Contacts')).toContainText('0')
})

test('a note is written, pinned to the top, removed and brought back', async ({ page, api }) => {
  const customer = await api.customer({ name: `Nora ${family()}` })
  await page.goto(customerPath(customer))
  const dialog = page.getByRole('dialog')
  for (const text of ['Prefers mornings', 'Two cats']) {
    await section(page, 'Notes').getByRole('button', { name: 'Add note' }).click()
    await dialog.getByLabel('Note').fill(text)
    await dialog.getByRole('button', { name: 'Add note' }).click()
    await expect(dialog).toBeHidden()
  }
  const notes = section(page, 'Notes').getByRole('listitem')
  await expect(notes).toHaveText([/Two cats/, /Prefers mornings/])
  const menu = (text: string) => notes.filter({ hasText: text }).getByRole('button')
  await menu('Prefers mornings').click()
  await page.getByRole('menuitem', { name: 'Edit' }).click()
  await dialog.getByLabel('Pin to the top of the overview').check()
  await dialog.getByRole('button', { name: 'Save changes' }).click()
  await expect(notes).toHaveText([/Prefers mornings.*Pinned/, /Two cats/])

  await menu('Two cats').click()
  await page.getByRole('menuitem', { name: 'Remove' }).click()
  await expect(notes).toHaveCount(1)
  await toast(page)
    .locator('.toast', { hasText: 'Note removed' })
    .getByRole('button', { name: 'Undo' })
    .click()
  await expect(notes).toHaveCount(2)
})

test('archive names the consequence; the message takes it back', async ({ page, api }) => {
  const customer = await api.customer({ name: `Archer ${family()}` })
  await page.goto(customerPath(customer))
  await choose(page, /^More actions/, 'Archive')
  const question = page.getByRole('dialog', { name: `Archive ${customer.name}?` })
  await expect(question).toContainText('disappears from lists and search')
  await expect(question).toContainText(customer.email ?? '')
  await expect(question.getByLabel('Why')).toBeFocused()
  await page.keyboard.type('Moved abroad')
  await question.getByRole('button', { name: 'Archive' }).click()

  await expect(toast(page)).toContainText(`${customer.name} is archived`)
  await expect(page.getByText(/hidden from lists and search, everything kept/)).toBeVisible()
  await expect(page.getByText('Why: Moved abroad')).toBeVisible()
  await expect(page.getByRole('region', { name: 'Latest' })).toContainText('Archived: Moved abroad')
  await toast(page).getByRole('button', { name: 'Undo' }).click()
  await expect(toast(page)).toContainText(`${customer.name} is restored`)
  await expect(page.getByText(/hidden from lists and search, everything kept/)).toBeHidden()
  await expect(page.locator('.customer-head')).toContainText('New')
})

test('an archived customer is restored; until then nothing can be edited', async ({
  page,
  api,
}) => {
  const customer = await api.customer({ name: `Restora ${family()}` })
  await api.archive(customer)
  await page.goto(customerPath(customer))
  const edit = page.getByRole('button', { name: 'Edit', exact: true })
  await expect(edit).toHaveAttribute('aria-disabled', 'true')
  await expect(edit).toHaveAccessibleDescription(/archived/i)
  await choose(page, /^More actions/, 'Restore')
  await expect(toast(page)).toContainText(`${customer.name} is restored`)
  await expect(edit).toBeEnabled()
})

test('restore says so when the e-mail is now somebody else’s', async ({ page, api }) => {
  const email = `${letters()}@example.org`
  const customer = await api.customer({ name: `Former ${family()}`, email })
  await api.archive(customer)
  await api.customer({ name: `Present ${family()}`, email })
  await page.goto(customerPath(customer))
  await choose(page, /^More actions/, 'Restore')
  await expect(toast(page)).toContainText(/e-mail/i)
  await expect(page.getByText(/hidden from lists and search, everything kept/)).toBeVisible()
})

test('archive is refused while bookings are open, and names them', async ({ page, api }) => {
  await page.goto(customerPath(await api.demo('SV-DEMO-A3')))
  await page.getByRole('button', { name: /^More actions/ }).click()
  const item = page.getByRole('menuitem', { name: /^Archive/ })
  await expect(item).toHaveAttribute('aria-disabled', 'true')
  await expect(item).toContainText(
    '2 bookings are still open: SV-DEMO-A3, SV-DEMO-A4. Complete or cancel them first.',
  )
})

import type { Page } from '@playwright/test'
import { customerPath, expect, family, test } from './hub'

const dialog = (page: Page) => page.getByRole('dialog')
const part = (page: Page, name: string) => page.getByRole('region', { name, exact: true })
const act = (page: Page, name: string) =>
  page.getByRole('main').getByRole('button', { name, exact: true })

test('one person plans an erasure, another approves it, and nobody is left', async ({
  page,
  api,
  open,
}) => {
  const name = `Emma ${family()}`
  const customer = await api.customer({ name })
  const privacy = `${customerPath(customer)}/privacy`
  await page.goto(privacy)

  await act(page, 'Place a hold').click()
  await dialog(page).getByRole('button', { name: 'Place the hold' }).click()
  await expect(dialog(page).getByRole('textbox')).toHaveAccessibleErrorMessage(/reason/)
  await dialog(page).getByRole('textbox').fill('A court case')
  await dialog(page).getByRole('button', { name: 'Place the hold' }).click()
  await expect(part(page, 'Legal hold')).toContainText('A court case')
  await expect(act(page, 'Plan an erasure')).toHaveAccessibleDescription(/legal hold is in force/)
  await act(page, 'Lift').click()
  await dialog(page).getByRole('textbox').fill('The case is over')
  await dialog(page).getByRole('button', { name: 'Lift the hold' }).click()
  await expect(part(page, 'Legal hold')).toContainText('None in force')

  await act(page, 'Plan an erasure').click()
  await dialog(page).getByRole('textbox').fill('Asked for by letter')
  await dialog(page).getByRole('button', { name: 'Make the plan' }).click()
  await expect(part(page, 'Erasure')).toContainText('Waits for approval')
  await expect(part(page, 'What goes')).toContainText('Name, e-mail address and phone number')
  await expect(part(page, 'What stays')).toContainText('What happened, when, and by whom')
  await expect(act(page, 'Approve and erase')).toHaveAccessibleDescription(/may not approve/)

  const reviewer = await open({ as: 'reviewer', at: privacy })
  await act(reviewer, 'Approve and erase').click()
  await dialog(reviewer).getByRole('button', { name: 'Erase for good' }).click()
  await expect(dialog(reviewer).getByRole('textbox')).toHaveAccessibleErrorMessage('Type erase')
  await dialog(reviewer).getByRole('textbox').fill('erase')
  await dialog(reviewer).getByRole('button', { name: 'Erase for good' }).click()
  await expect(part(reviewer, 'Erasure').getByRole('status')).toHaveText('Erased', {
    timeout: 20_000,
  })
  await expect(part(reviewer, 'Erasure')).toContainText('Nothing of the person was found')
  await expect(part(reviewer, 'Erasure')).toContainText('The same before and after')
  const download = reviewer.waitForEvent('download')
  await part(reviewer, 'Erasure').getByRole('button', { name: 'For programs, as JSON' }).click()
  expect((await download).suggestedFilename()).toMatch(/^erasure-certificate-.*\.json$/)

  await page.reload()
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Erased customer')
  await expect(page.getByRole('main')).toContainText('who this was is gone')
  await expect(page.getByRole('main')).not.toContainText(name)
})

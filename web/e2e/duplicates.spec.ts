import type { Page } from '@playwright/test'
import { customerPath, expect, family, mobile, test, toast } from './hub'
import { heading, lookAt } from './looking'

const dialog = (page: Page) => page.getByRole('dialog')
const pairs = (page: Page) => page.getByRole('list', { name: 'Possible duplicates' })

test('duplicates are found with their reasons, told apart, and merged', async ({ page, api }) => {
  const [name, number] = [family(), mobile()]
  const emma = await api.customer({ name: `Emma ${name}`, phone: `0${number}` })
  await api.customer({ name: `E ${name}`, phone: `+44 ${number}` })

  await page.goto('/admin/customers')
  await page.getByRole('link', { name: 'Find duplicates' }).click()
  await page.getByRole('link', { name: 'Same phone' }).click()
  await expect(page).toHaveURL(/reason=phone/)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Duplicates')

  await page.goto(customerPath(emma))
  const pair = pairs(page).getByRole('article', { name: `Emma ${name} and E ${name}` })
  await expect(pair).toContainText('Same phone')
  await pair.getByRole('button', { name: /^Not the same person/ }).click()
  await dialog(page).getByRole('textbox').fill('Two flatmates')
  await dialog(page).getByRole('button', { name: 'Not the same person' }).click()
  await expect(pairs(page)).toHaveCount(0)

  await page.goto('/admin/duplicates')
  const told = page.getByRole('region', { name: 'Not the same person' })
  await expect(told).toContainText('Two flatmates')
  await told.getByRole('button', { name: new RegExp(`Look again at .*E(mma)? ${name}`) }).click()
  await expect(toast(page)).toContainText('Shown as duplicates again')

  await page.goto(customerPath(emma))
  await pair.getByRole('link', { name: /^Compare and merge/ }).click()
  await dialog(page).getByRole('textbox').fill('The same phone')
  await dialog(page).getByRole('button', { name: 'Merge', exact: true }).click()
  await expect(toast(page)).toContainText('is part of this record now')
  await expect(pairs(page)).toHaveCount(0)
})

lookAt([
  {
    name: 'duplicates',
    at: async (api) => {
      const [name, number] = [family(), mobile()]
      await api.customer({ name: `Emma ${name}`, phone: `0${number}` })
      await api.customer({ name: `Emma-Louise Alexandra Theodora ${name}`, phone: `0${number}` })
      return '/admin/duplicates'
    },
    ready: heading('Duplicates'),
  },
])

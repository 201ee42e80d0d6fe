/** The guides inside the application. */
import { expect, test } from './hub'
import { heading, lookAt } from './looking'

for (const [as, title] of [
  ['support', 'Your first hour: support'],
  ['ops', 'Your first hour: operations'],
  ['finance', 'Your first hour: finance'],
  ['reviewer', 'Your first hour: reviewer'],
  ['superadmin', 'Your first hour: superadmin'],
  ['read_only', 'Your first hour: read only'],
] as const) {
  test.describe(as, () => {
    test.use({ as })

    test('finds the guide of the role, with every picture', async ({ page }) => {
      await page.goto('/admin/customers')
      await page.getByRole('link', { name: 'Help', exact: true }).click()
      await expect(page.getByRole('heading', { level: 1 })).toHaveText(title)
      await expect(page).toHaveTitle(`${title} · Customers Hub`)
      const pictures = page.getByRole('article').getByRole('img')
      expect(await pictures.count()).toBeGreaterThan(1)
      for (const picture of await pictures.all()) {
        await picture.scrollIntoViewIfNeeded()
        const shown = () => picture.evaluate((img: HTMLImageElement) => img.naturalWidth)
        await expect.poll(shown).toBe(1280)
      }
    })
  })
}

test('a page leads to what explains it, and back', async ({ page }) => {
  await page.goto('/admin/bulk-runs')
  await page.getByRole('link', { name: 'How this works: bulk acts' }).click()
  await expect(page).toHaveURL('/help/operations#act-on-many-at-once')
  await expect(page.getByRole('heading', { name: 'Act on many at once' })).toBeInViewport()
  await page.goBack()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Bulk acts')
})

test('the contents lead down the page by keyboard, and the next guide is a tab away', async ({
  page,
}) => {
  await page.goto('/help')
  const contents = page.getByRole('navigation', { name: 'On this page' })
  await contents.getByRole('link', { name: 'Answer a data request' }).focus()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/#answer-a-data-request$/)
  await expect(page.getByRole('heading', { name: 'Answer a data request' })).toBeInViewport()
  await page.getByRole('link', { name: 'reviews every answer' }).click()
  await expect(page).toHaveURL('/help/reviewer#review-an-answer')
  await expect(page.getByRole('heading', { name: 'Review an answer' })).toBeInViewport()
  const guides = page.getByRole('navigation', { name: 'Guides' })
  await expect(guides.getByRole('link', { name: 'Reviewer' })).toHaveAttribute(
    'aria-current',
    'page',
  )
  await guides.getByRole('link', { name: 'Finance' }).focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your first hour: finance')
})

test('it is printed without what surrounds it', async ({ page }) => {
  await page.goto('/help/support')
  await expect(page.getByRole('article')).toBeVisible()
  await page.emulateMedia({ media: 'print' })
  await expect(page.getByRole('article')).toBeVisible()
  await expect(page.locator('.shell-nav, .shell-top, .shell-notices')).toHaveCount(3)
  for (const part of ['.shell-nav', '.shell-top', '.shell-notices', '.guide-contents']) {
    await expect(page.locator(part)).toBeHidden()
  }
})

test('a guide that there is not is not found', async ({ page }) => {
  await page.goto('/help/nobody')
  await expect(
    page.getByRole('heading', { name: 'There is nothing at this address' }),
  ).toBeVisible()
})

test('on a phone it is in the menu', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 })
  await page.goto('/admin/customers')
  await page.getByRole('button', { name: 'Menu' }).click()
  await page.getByRole('dialog').getByRole('link', { name: 'Help' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your first hour: operations')
  await expect(page.getByRole('dialog')).toHaveCount(0)
})

lookAt([{ name: 'help', at: '/help', ready: heading('Your first hour: operations') }])

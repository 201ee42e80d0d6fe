import type { Page } from '@playwright/test'
import { customerPath, expect, family, test } from './hub'

/** Each would leave an element with this attribute, or run a script, where a page took text for markup. */
const corpus = [
  '<img src=x data-hostile onerror=alert(1)>',
  '"><svg data-hostile onload=alert(1)>',
  "'><script data-hostile>alert(1)</script>",
  '</title></textarea><b data-hostile>x</b>',
  '<a data-hostile href="javascript:alert(1)">x</a>',
  '<iframe data-hostile srcdoc="<script>alert(1)</script>">',
  '{{constructor.constructor("alert(1)")()}}',
  '${alert(1)}<math><mi data-hostile>x</mi></math>',
  '<!--><b data-hostile>--></b>',
  '&lt;b data-hostile&gt;x&lt;/b&gt;',
]

const marks = (page: Page) => page.locator('[data-hostile]')

/** Sees that nothing on this page was taken for markup, once the text is there. */
async function holds(page: Page, at: string, text: string) {
  await page.goto(at)
  await expect(page.getByText(text, { exact: false }).first()).toBeAttached()
  await expect(marks(page), at).toHaveCount(0)
}

test.use({ as: 'superadmin' })

test('text that looks like markup stays text on every page', async ({ page, api }) => {
  test.slow()
  page.on('dialog', (dialog) => {
    throw new Error(`a script ran: ${dialog.message()}`)
  })
  for (const [number, hostile] of corpus.entries()) {
    const word = family()
    const customer = await api.customer({ name: `${word} ${hostile}` })
    const path = `/api/admin/customers/${customer.id}`
    await api.address(customer, {
      label: hostile,
      line1: hostile,
      city: hostile,
      postcode: 'LS1 4DY',
      accessNotes: hostile,
    })
    await api.post(`${path}/contacts`, {
      label: hostile,
      name: hostile,
      phone: '07700 900123',
      notes: hostile,
    })
    await api.post(`${path}/notes`, { body: hostile, pinned: true })
    await api.post(`${path}/actions`, {
      action: 'add_flag',
      kind: 'other',
      reason: hostile,
      notes: hostile,
    })
    await api.post(
      `${path}/actions`,
      { action: 'issue_credit', amount: 100, reason: 'goodwill', notes: hostile },
      { 'idempotency-key': word },
    )
    await api.post(
      '/api/admin/data-requests',
      {
        kind: 'access',
        customerId: customer.id,
        channel: 'email',
        receivedOn: '2026-11-20',
        asked: hostile,
      },
      { 'idempotency-key': `${word} request` },
    )
    await holds(page, `/admin/customers?search=${encodeURIComponent(word)}`, word)
    await holds(page, `/admin/customers?search=${encodeURIComponent(hostile)}`, 'Customers')
    await holds(page, customerPath(customer), word)
    if (number > 2) continue
    for (const tab of ['addresses', 'money', 'timeline', 'privacy']) {
      await holds(page, `${customerPath(customer)}/${tab}`, word)
    }
    await holds(page, `/admin/audit?customer=${customer.id}`, 'Audit')
    await holds(page, '/admin/data-requests', word)
  }
  // What a page would look like that took it for markup.
  await page.evaluate(
    (text) => document.body.insertAdjacentHTML('beforeend', text),
    '<b data-hostile>x</b>',
  )
  await expect(marks(page)).toHaveCount(1)
})

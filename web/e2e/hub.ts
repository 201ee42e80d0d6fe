/** What every test stands on: sessions by role, an API to prepare data with, and a watch over what no page may do. */
import {
  expect,
  test as base,
  type APIRequestContext,
  type Browser,
  type Page,
} from '@playwright/test'

export { expect }

export type Role = 'superadmin' | 'ops' | 'support' | 'finance' | 'reviewer' | 'read_only'

export const DEMO_PASSWORD = 'demo van moving desk'

export const emailOf = (role: Role) => `${role.replace('_', '-')}@demo.example.com`

type State = Awaited<ReturnType<APIRequestContext['storageState']>>

/** One sign-in per role for all tests of a worker: hashing a password is slow on purpose. */
interface Desk {
  state: (role: Role) => Promise<State>
  api: (role: Role) => Promise<Api>
}

interface Fixtures {
  /** Who is signed in. */
  as: Role | 'nobody'
  api: Api
  watch: Watch
  /** Another person's browser, at a page of the hub. */
  open: (who: { as?: Role; at: string }) => Promise<Page>
}

export const test = base.extend<Fixtures, { desk: Desk }>({
  as: ['ops', { option: true }],

  desk: [
    async ({ playwright }, run, info) => {
      const baseURL = info.project.use.baseURL ?? ''
      const states = new Map<Role, Promise<State>>()
      const contexts: APIRequestContext[] = []
      const open = async (storageState?: State) => {
        const context = await playwright.request.newContext({
          baseURL,
          extraHTTPHeaders: { origin: baseURL },
          storageState,
        })
        contexts.push(context)
        return context
      }
      const signIn = async (role: Role) => {
        const context = await open()
        const answer = await context.post('/api/auth/sign-in', {
          data: { email: emailOf(role), password: DEMO_PASSWORD },
        })
        expect(answer.status(), `sign-in of ${role}`).toBe(200)
        return context.storageState()
      }
      const state = (role: Role) => {
        const known = states.get(role) ?? signIn(role)
        states.set(role, known)
        return known
      }
      await run({ state, api: async (role) => new Api(await open(await state(role))) })
      await Promise.all(contexts.map((context) => context.dispose()))
    },
    { scope: 'worker' },
  ],

  storageState: async ({ as, desk }, run) => {
    await run(as === 'nobody' ? { cookies: [], origins: [] } : await desk.state(as))
  },

  api: async ({ desk }, run) => {
    await run(await desk.api('superadmin'))
  },

  watch: [
    async ({ context, baseURL }, run) => {
      const watch = new Watch(baseURL ?? '')
      context.on('page', (page) => watch.follow(page))
      await run(watch)
      expect(watch.wrongs, 'what no page may do').toEqual([])
    },
    { auto: true },
  ],

  open: async ({ browser, desk, watch, baseURL }, run) => {
    const contexts: Awaited<ReturnType<Browser['newContext']>>[] = []
    await run(async ({ as, at }) => {
      const context = await browser.newContext({
        baseURL,
        locale: 'en-GB',
        timezoneId: 'Europe/London',
        storageState: as ? await desk.state(as) : { cookies: [], origins: [] },
      })
      contexts.push(context)
      const page = await context.newPage()
      watch.follow(page)
      await page.goto(at)
      return page
    })
    await Promise.all(contexts.map((context) => context.close()))
  },
})

/** Collects what is wrong on any page: script errors, breaches of the content policy, requests to elsewhere. */
export class Watch {
  readonly wrongs: string[] = []
  /** Everything the console called an error, refused requests included. */
  readonly consoleErrors: string[] = []

  constructor(private readonly origin: string) {}

  follow(page: Page): void {
    page.on('pageerror', (error) => this.wrongs.push(`script error: ${error.message}`))
    page.on('console', (message) => {
      if (message.type() !== 'error') return
      const text = message.text()
      this.consoleErrors.push(`${page.url()}: ${text}`)
      if (/content security policy/i.test(text)) this.wrongs.push(text)
    })
    page.on('request', (sent) => {
      const url = sent.url()
      if (/^https?:/.test(url) && new URL(url).origin !== this.origin) {
        this.wrongs.push(`request to ${url}`)
      }
    })
  }
}

export interface Customer {
  id: string
  name: string
  email?: string | null
  phone?: string | null
  version: number
}

interface Listed {
  customers: Customer[]
  pagination: { total: number; pages: number }
  kpis: Record<'customers' | 'active' | 'totalLtv' | 'averageLtv' | 'orders' | 'cancelled', number>
}

/** The hub without its screens. */
export class Api {
  constructor(private readonly context: APIRequestContext) {}

  async customer(input: { name: string; email?: string; phone?: string }): Promise<Customer> {
    const reach = (input.email ?? input.phone) ? {} : { email: `${letters()}@example.org` }
    return this.post<Customer>('/api/admin/customers', { ...reach, ...input })
  }

  /** One of the demo people, by a part of the name that only they have. */
  async demo(search: string): Promise<Customer> {
    const { customers } = await this.list({ search })
    const [found] = customers
    if (!found || customers.length > 1) throw new Error(`${customers.length} fit ${search}`)
    return found
  }

  list(query: Record<string, string | number>): Promise<Listed> {
    return this.get<Listed>('/api/admin/customers', query)
  }

  async get<T>(path: string, params?: Record<string, string | number>): Promise<T> {
    const answer = await this.context.get(path, { params })
    expect(answer.status(), path).toBe(200)
    return (await answer.json()) as T
  }

  async post<T>(path: string, data: unknown, headers?: Record<string, string>): Promise<T> {
    const answer = await this.context.post(path, { data, headers })
    expect(answer.ok(), `${path}: ${answer.status()} ${await answer.text()}`).toBe(true)
    return (answer.status() === 204 ? undefined : await answer.json()) as T
  }

  async put(path: string, version: number, data: unknown): Promise<void> {
    const answer = await this.context.put(path, { data, headers: { 'if-match': `"${version}"` } })
    expect(answer.ok(), `${path}: ${answer.status()} ${await answer.text()}`).toBe(true)
  }

  async delete(path: string): Promise<void> {
    const answer = await this.context.delete(path)
    expect(answer.ok(), `${path}: ${answer.status()}`).toBe(true)
  }

  /** Every way to change this customer is answered with 403. */
  async refuses({ id, version }: Customer): Promise<void> {
    const path = `/api/admin/customers/${id}`
    const data = { name: 'Changed', email: 'changed@example.org' }
    const headers = { 'if-match': `"${version}"` }
    for (const sent of [
      this.context.put(path, { data, headers }),
      this.context.delete(path),
      this.context.post('/api/admin/customers', { data }),
      this.context.post(`${path}/notes`, { data: { body: 'A note' } }),
      this.context.post('/api/admin/customers/export', { data: {} }),
    ]) {
      const answer = await sent
      expect(answer.status(), answer.url()).toBe(403)
    }
  }

  archive(customer: Customer): Promise<void> {
    return this.delete(`/api/admin/customers/${customer.id}`)
  }

  address(customer: Customer, address: Record<string, unknown>): Promise<unknown> {
    return this.post(`/api/admin/customers/${customer.id}/addresses`, address)
  }

  /** Invites somebody; the path of their one-time link. */
  async invite(name: string, email: string, role: Role): Promise<string> {
    const { link } = await this.post<{ link: { url: string } }>('/api/admin/staff', {
      name,
      email,
      role,
    })
    return pathOf(link.url)
  }
}

/** A word that no other test has. */
export function letters(length = 10): string {
  return Array.from({ length }, () =>
    String.fromCharCode(97 + Math.floor(Math.random() * 26)),
  ).join('')
}

/** A family name that no other test has. */
export function family(): string {
  const word = letters()
  return word.charAt(0).toUpperCase() + word.slice(1)
}

/** A mobile number that no other test has, as `7400123456`, without its zero. */
export function mobile(): string {
  return `74${Array.from({ length: 8 }, () => Math.floor(Math.random() * 10)).join('')}`
}

export function pathOf(url: string): string {
  const { pathname, search, hash } = new URL(url)
  return `${pathname}${search}${hash}`
}

export const customerPath = ({ id }: Customer, tab = '') =>
  `/admin/customers/${id}${tab === '' ? '' : `/${tab}`}`

/** The rows of the customer list that are filled. */
export const rowsOf = (page: Page) =>
  page.getByRole('table', { name: 'Customers' }).locator('tbody tr:not([aria-hidden])')

/** The names in the list, top to bottom. */
export const namesOf = (page: Page) =>
  page.getByRole('table', { name: 'Customers' }).locator('tbody .row-link')

export const filterBox = (page: Page) =>
  page.getByLabel('Search by name, e-mail, phone, postcode or booking reference')

/** Types into the list's search box, and waits until the address says it. */
export async function find(page: Page, text: string) {
  await filterBox(page).fill(text)
  await expect(page).toHaveURL(
    (url) => url.searchParams.get('search') === text.trim().replace(/\s+/g, ' '),
  )
}

/** One of the messages that come and go. */
export const toast = (page: Page) => page.getByRole('region', { name: 'Messages' })

/** Every row of a comma-separated file, as RFC 4180 has it. */
export function csv(text: string): string[][] {
  const rows: string[][] = [[]]
  const pattern = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y
  while (pattern.lastIndex < text.length) {
    const match = pattern.exec(text)
    if (!match) throw new Error(`not RFC 4180 at ${pattern.lastIndex}`)
    const [, quoted, plain = '', end] = match
    rows.at(-1)?.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'))
    if (end !== ',' && pattern.lastIndex < text.length) rows.push([])
  }
  return rows
}

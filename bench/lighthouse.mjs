// Run by lighthouse.sh beside a hub in demo mode, which is at HUB_URL.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const LIGHTHOUSE = 'lighthouse@12.8.2'
const hub = process.env.HUB_URL
const folder = mkdtempSync(join(tmpdir(), 'hub-lighthouse-'))
const bars = { desktop: { performance: 95 }, phone: { performance: 85 } }

const answer = await fetch(`${hub}/api/auth/sign-in`, {
  method: 'POST',
  headers: { origin: hub, 'content-type': 'application/json' },
  body: JSON.stringify({ email: 'ops@demo.example.com', password: 'demo van moving desk' }),
})
if (!answer.ok) throw new Error(`The sign-in was refused: ${answer.status}`)
const Cookie = answer.headers.getSetCookie().map((cookie) => cookie.split(';')[0]).join('; ')
const list = await (
  await fetch(`${hub}/api/admin/customers?search=SV-DEMO-A3`, { headers: { Cookie } })
).json()
const headers = join(folder, 'headers.json')
writeFileSync(headers, JSON.stringify({ Cookie }))

const pages = {
  list: `${hub}/admin/customers`,
  customer: `${hub}/admin/customers/${list.customers[0].id}`,
}
let failed = false
const figures = ['first-contentful-paint', 'largest-contentful-paint', 'total-blocking-time', 'cumulative-layout-shift', 'speed-index']
console.log('page      profile   performance  accessibility  best practices   FCP, LCP, blocked, CLS, speed index')
for (const [name, url] of Object.entries(pages)) {
  for (const profile of ['desktop', 'phone']) {
    const result = run(url, profile)
    const score = (category) => Math.round((result.categories[category].score ?? 0) * 100)
    const [performance, accessibility, practices] = ['performance', 'accessibility', 'best-practices'].map(score)
    const columns = [name.padEnd(9), profile.padEnd(9), String(performance).padStart(11)]
    columns.push(String(accessibility).padStart(14), String(practices).padStart(15))
    console.log(`${columns.join(' ')}   ${figures.map((figure) => result.audits[figure].displayValue).join(', ')}`)
    if (performance < bars[profile].performance) console.log(`  below the aim of ${bars[profile].performance}`)
    for (const category of ['accessibility', 'best-practices']) {
      for (const { id, weight } of result.categories[category].auditRefs) {
        const audit = result.audits[id]
        if (weight === 0 || audit.score === null || audit.score >= 1) continue
        failed = true
        console.log(`  ${category}: ${audit.title}`)
        for (const item of audit.details?.items ?? []) {
          console.log(`    ${item.node?.snippet ?? item.description ?? JSON.stringify(item)}`)
        }
      }
    }
  }
}
rmSync(folder, { recursive: true })
process.exit(failed ? 1 : 0)

function run(url, profile) {
  const out = join(folder, 'report.json')
  const root = process.getuid?.() === 0 ? ' --no-sandbox' : ''
  const { status, stderr } = spawnSync(
    'npx',
    [
      '--yes', LIGHTHOUSE, url, '--quiet', '--output=json', `--output-path=${out}`, `--extra-headers=${headers}`,
      '--only-categories=performance,accessibility,best-practices', `--chrome-flags=--headless=new${root}`,
      ...(profile === 'desktop' ? ['--preset=desktop'] : []),
    ],
    { encoding: 'utf8' },
  )
  if (status !== 0) throw new Error(stderr)
  return JSON.parse(readFileSync(out, 'utf8'))
}

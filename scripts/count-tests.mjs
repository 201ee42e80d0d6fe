/** Prints "passed failed" of one step: cargo's summary lines in its log, and the reports of Vitest and Playwright. */
import { existsSync, readFileSync } from 'node:fs'

const [log, vitest, playwright] = process.argv.slice(2)
let passed = 0
let failed = 0

for (const line of readFileSync(log, 'utf8').split('\n')) {
  const number = (word) => Number(new RegExp(`(\\d+) ${word}\\b`).exec(line)?.[1] ?? 0)
  // cargo nextest: "Summary [ 1.2s] 9 tests run: 7 passed (1 slow), 1 failed, 1 timed out, 2 skipped"
  if (/^\s*Summary \[.*\] .*tests? run:/.test(line)) {
    passed += number('passed')
    failed += number('failed') + number('timed out') + number('exec failed')
  }
  // cargo test: "test result: ok. 4 passed; 0 failed; 0 ignored; ..."
  if (/^test result: /.test(line)) {
    passed += number('passed')
    failed += number('failed')
  }
}

const report = (file) => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined)
const units = report(vitest)
if (units) {
  passed += units.numPassedTests
  failed += units.numFailedTests
}
const browser = report(playwright)
if (browser) {
  passed += browser.stats.expected + browser.stats.flaky
  failed += browser.stats.unexpected
}

console.log(`${passed} ${failed}`)

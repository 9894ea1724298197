// A page that stays open: eight simulated hours with 10,000 runs, in Chromium. Its clock jumps from timer to timer, so that
// the hours take minutes; the wire is made in the page. What must not grow is the heap after a garbage collection.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright'
import { build, preview } from 'vite'
import { launchOptions } from '../scripts/chromium.mjs'

const runs = 10_000
/** Runs before the heap counts: code that loads on first use, and caches that have a fixed size, are filled by then. */
const warmUp = 500

export default async function soak({ report }) {
  const folder = mkdtempSync(join(tmpdir(), 'inferstream-bench-'))
  const root = join(import.meta.dirname, 'soak')
  const shared = { root, configFile: false, logLevel: 'error' }
  await build({
    ...shared,
    oxc: { jsx: { runtime: 'automatic' } },
    build: { outDir: folder, emptyOutDir: true, target: 'es2022' },
  })
  const server = await preview({ ...shared, build: { outDir: folder }, preview: { host: '127.0.0.1', port: 0 } })
  const browser = await chromium.launch(launchOptions)
  try {
    const page = await browser.newPage()
    const errors = []
    page.on('pageerror', (error) => errors.push(String(error)))
    await page.goto(server.resolvedUrls.local[0])
    const devtools = await page.context().newCDPSession(page)
    const heap = async () => {
      await devtools.send('HeapProfiler.collectGarbage')
      return (await devtools.send('Runtime.getHeapUsage')).usedSize / 1e6
    }
    await page.evaluate((count) => globalThis.soak.until(count), warmUp)
    const start = await heap()
    for (let count = warmUp; count <= runs; count += 500) {
      await page.evaluate((until) => globalThis.soak.until(until), count)
    }
    const { hours, timers } = await page.evaluate(() => ({
      hours: globalThis.soak.hours(),
      timers: globalThis.soak.timers(),
    }))
    report(`${runs} runs in ${hours.toFixed(1)} simulated hours: growth of the heap`, (await heap()) - start, 'MB', {
      max: 10,
    })
    report('  heap after the first runs', start, 'MB')
    report('  timers left', timers, '')
    report('  errors', errors.length, '', { max: 0 })
  } finally {
    await browser.close()
    await server.close()
    rmSync(folder, { recursive: true })
  }
}

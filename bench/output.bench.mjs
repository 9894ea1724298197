// A form of 300 fields, a tree of 10,000 values, and what moves between preview and result, in Chromium, production build.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright'
import { build, preview } from 'vite'
import { launchOptions } from '../scripts/chromium.mjs'

export default async function output({ report, rounds }) {
  const folder = mkdtempSync(join(tmpdir(), 'inferstream-bench-'))
  const config = { root: join(import.meta.dirname, 'output'), configFile: false, logLevel: 'error' }
  await build({
    ...config,
    oxc: { jsx: { runtime: 'automatic' } },
    build: { outDir: folder, emptyOutDir: true, target: 'es2022' },
  })
  const server = await preview({ ...config, build: { outDir: folder }, preview: { host: '127.0.0.1', port: 0 } })
  const browser = await chromium.launch(launchOptions)
  try {
    const found = { first: [], all: [], key: [], longest: [], shift: [] }
    for (let round = 0; round < rounds; round++) {
      const page = await browser.newPage({ viewport: { width: 900, height: 640 } })
      page.on('pageerror', ({ message }) => console.error(message))
      await page.goto(server.resolvedUrls.local[0])
      await page.waitForFunction(() => globalThis.bench)
      const { first, all, key } = await page.evaluate(() => globalThis.bench.form())
      found.first.push(first)
      found.all.push(all)
      found.key.push(key)
      const { longest } = await page.evaluate(() => globalThis.bench.tree())
      found.longest.push(longest)
      found.shift.push(await page.evaluate(() => globalThis.bench.shift()))
      await page.close()
    }
    report('form of 300 fields: interactive', median(found.first), `ms ${spread(found.first)}`, { max: 100 })
    report('form of 300 fields: all drawn', median(found.all), `ms ${spread(found.all)}`)
    report('form of 300 fields: a key, slowest', median(found.key), `ms ${spread(found.key)}`, { max: 50 })
    report('tree of 10,000 values, scrolled: longest task', median(found.longest), `ms ${spread(found.longest)}`, {
      max: 50,
    })
    report('layout shift of a run with previews', Math.max(...found.shift), '', { max: 0 })
  } finally {
    await browser.close()
    await server.close()
    rmSync(folder, { recursive: true })
  }
}

const spread = (values) => `(${Math.min(...values).toPrecision(3)}–${Math.max(...values).toPrecision(3)})`

function median(values) {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

// LogList beside three general virtualisers, in Chromium, production build: 100 wrapping lines a frame while following the end,
// jumps, memory, search; how many painted frames were blank; and drawing lines of a terminal. Each round runs every variant once, in its own page.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright'
import { build, preview } from 'vite'
import { launchOptions } from '../scripts/chromium.mjs'
import { parsing } from './ui/terminal.mjs'

const variants = ['ours', 'folded', 'virtuoso', 'virtua', 'tanstack']
const isOwn = (variant) => variant === 'ours' || variant === 'folded'
const sizes = { '1k': 1_000, '100k': 100_000, '1M': 1_000_000 }
const appendFrames = 40
const jumps = 20

export default async function ui({ report, rounds }) {
  await parsing(report, rounds)
  const folder = mkdtempSync(join(tmpdir(), 'inferstream-bench-'))
  const config = { root: join(import.meta.dirname, 'ui'), configFile: false, logLevel: 'error' }
  await build({
    ...config,
    oxc: { jsx: { runtime: 'automatic' } },
    build: { outDir: folder, emptyOutDir: true, target: 'es2022' },
  })
  const server = await preview({ ...config, build: { outDir: folder }, preview: { host: '127.0.0.1', port: 0 } })
  const url = server.resolvedUrls.local[0]
  const browser = await chromium.launch(launchOptions)
  try {
    await appending(browser, url, report, rounds)
    await blanks(browser, url, report, Math.min(rounds, 3))
    await memory(browser, url, report, Math.min(rounds, 3))
    await searching(browser, url, report, rounds)
  } finally {
    await browser.close()
    await server.close()
    rmSync(folder, { recursive: true })
  }
}

async function open(browser, url, variant, lines) {
  const context = await browser.newContext({ viewport: { width: 900, height: 640 } })
  const page = await context.newPage()
  page.on('pageerror', ({ message }) => console.error(`${variant}: ${message}`))
  await page.goto(`${url}?variant=${variant}`)
  await page.waitForFunction(() => globalThis.bench)
  await page.evaluate((count) => globalThis.bench.fill(count), lines)
  const devtools = await context.newCDPSession(page)
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' })
  const cpu = async () => {
    const { metrics } = await devtools.send('Performance.getMetrics')
    return metrics.find(({ name }) => name === 'TaskDuration').value * 1000
  }
  return { context, page, devtools, cpu, mount: () => page.evaluate(() => globalThis.bench.mount()) }
}

async function appending(browser, url, report, rounds) {
  const append = table()
  const jump = table()
  const elements = table()
  for (let round = 0; round < rounds; round++) {
    for (const [size, lines] of Object.entries(sizes)) {
      for (const variant of variants) {
        // The peers give the scale; at a million lines some need seconds per frame.
        if (!isOwn(variant) && round >= 3) continue
        const { context, page, cpu, mount } = await open(browser, url, variant, lines)
        await mount()
        await page.evaluate(() => globalThis.bench.append(5))
        let before = await cpu()
        await page.evaluate((frames) => globalThis.bench.append(frames), appendFrames)
        append(variant, size).push(((await cpu()) - before) / appendFrames)
        before = await cpu()
        await page.evaluate((times) => globalThis.bench.jump(times), jumps)
        jump(variant, size).push(((await cpu()) - before) / jumps)
        elements(variant, size).push(await page.evaluate(() => globalThis.bench.elements()))
        await context.close()
      }
    }
  }
  for (const variant of variants) {
    const isOurs = isOwn(variant)
    for (const size of Object.keys(sizes)) {
      const runs = append(variant, size)
      report(`append at ${size}: ${variant}`, median(runs), `ms a frame (${spread(runs)})`)
    }
    const grows = ratios(append(variant, '1M'), append(variant, '1k'))
    report(
      `append, 1M against 1k: ${variant}`,
      median(grows),
      `× (${spread(grows)})`,
      isOurs ? { max: 1.1 } : undefined,
    )
    for (const size of ['1k', '1M']) report(`jump at ${size}: ${variant}`, median(jump(variant, size)), 'ms a jump')
    const jumpGrows = ratios(jump(variant, '1M'), jump(variant, '1k'))
    report(
      `jump, 1M against 1k: ${variant}`,
      median(jumpGrows),
      `× (${spread(jumpGrows)})`,
      isOurs ? { max: 1.2 } : undefined,
    )
    const more = median(elements(variant, '1M')) - median(elements(variant, '1k'))
    report(`elements at 1M beyond those at 1k: ${variant}`, more, '', isOurs ? { max: 10 } : undefined)
  }
}

/** Frames delivered by Chromium's compositor, independent of the page. */
async function blanks(browser, url, report, rounds) {
  for (const variant of variants) {
    let blank = 0
    let all = 0
    for (let round = 0; round < rounds; round++) {
      const { context, page, devtools, mount } = await open(browser, url, variant, 10_000)
      await mount()
      const pictures = []
      devtools.on('Page.screencastFrame', ({ data, sessionId }) => {
        pictures.push(data)
        devtools.send('Page.screencastFrameAck', { sessionId }).catch(() => {})
      })
      await devtools.send('Page.startScreencast', { format: 'png', everyNthFrame: 1, maxWidth: 450, maxHeight: 320 })
      await page.evaluate(() => globalThis.bench.append(90))
      await devtools.send('Page.stopScreencast')
      const judged = await page.evaluate(judge, pictures)
      blank += judged.filter((share) => share < 0.5).length
      all += judged.length
      await context.close()
    }
    const share = (100 * blank) / all
    report(`blank frames while following: ${variant}`, share, `% of ${all}`, isOwn(variant) ? { max: 0 } : undefined)
  }
}

/** Runs in the page: for each picture, the share of the log's rows that are not empty. */
async function judge(pictures) {
  const shares = []
  for (const picture of pictures) {
    const bitmap = await createImageBitmap(await (await fetch(`data:image/png;base64,${picture}`)).blob())
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height)
    const context = canvas.getContext('2d')
    context.drawImage(bitmap, 0, 0)
    // The lower two thirds of the list, without toolbar and footer.
    const top = Math.round(bitmap.height * 0.3)
    const bottom = Math.round(bitmap.height * 0.85)
    const bands = Math.floor((bottom - top) / 10)
    let inked = 0
    for (let band = 0; band < bands; band++) {
      const { data } = context.getImageData(0, top + band * 10, bitmap.width, 10)
      let dark = 0
      for (let at = 0; at < data.length; at += 4) if (data[at] < 140) dark++
      if (dark > 8) inked++
    }
    shares.push(inked / bands)
  }
  return shares
}

async function memory(browser, url, report, rounds) {
  for (const variant of variants.filter(isOwn)) {
    const bytes = []
    for (let round = 0; round < rounds; round++) {
      const { context, devtools, mount } = await open(browser, url, variant, sizes['1M'])
      const used = async () => {
        await devtools.send('HeapProfiler.collectGarbage')
        const { usedSize, backingStorageSize = 0 } = await devtools.send('Runtime.getHeapUsage')
        return usedSize + backingStorageSize
      }
      const before = await used()
      await mount()
      bytes.push(((await used()) - before) / sizes['1M'])
      await context.close()
    }
    report(`memory over the text, 1M lines: ${variant}`, median(bytes), `bytes a line (${spread(bytes)})`, { max: 5 })
  }
}

/** A text that many lines have, one that a single line at the beginning has, one that none has; and an expression, in the worker. */
const queries = { common: '777]', rare: '0000777]', missing: '"nowhere to be found"', expression: '/77+7\\]/' }

async function searching(browser, url, report, rounds) {
  const runs = []
  for (let round = 0; round < rounds; round++) {
    const { context, page, mount } = await open(browser, url, 'ours', sizes['1M'])
    await mount()
    await page.waitForSelector('input[type="search"]')
    const run = {}
    for (const [name, query] of Object.entries(queries)) {
      run[name] = await page.evaluate((text) => globalThis.bench.search(text), query)
      await page.evaluate(() => globalThis.bench.clear())
    }
    run.megabytes = await page.evaluate(() => globalThis.bench.megabytes())
    runs.push(run)
    await context.close()
  }
  const of = (name, field) => runs.map((run) => run[name][field])
  report('search over 1M lines: first match', median(of('common', 'first')), `ms (${spread(of('common', 'first'))})`, {
    max: 50,
  })
  report('search over 1M lines: all lines read', median(of('rare', 'all')), `ms (${spread(of('rare', 'all'))})`)
  const longest = runs.map((run) => Math.max(...Object.keys(queries).map((name) => run[name].longest)))
  report('search over 1M lines: longest task', median(longest), `ms (${spread(longest)})`, { max: 50 })
  const first = of('expression', 'first')
  report('expression over 1M lines: first match', median(first), `ms (${spread(first)})`, { max: 50 })
  const rates = runs.map(({ expression, megabytes }) => megabytes / (expression.all / 1000))
  report('expression over 1M lines, in the worker', median(rates), `MB/s (${spread(rates)})`, { min: 150 })
}

function table() {
  const cells = new Map()
  return (...keys) => {
    const key = keys.join(' ')
    if (!cells.has(key)) cells.set(key, [])
    return cells.get(key)
  }
}

/** Ratio of runs of the same round, under the same machine load. */
const ratios = (values, floors) => values.map((value, round) => value / floors[round])

const spread = (values) => `${Math.min(...values).toPrecision(3)}–${Math.max(...values).toPrecision(3)}`

function median(values) {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

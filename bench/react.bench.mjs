// Cost of the hooks in a page, in Chromium, production build. Each round runs every variant
// once, in turn, in its own page, warmed up by a first run; peers run three rounds and are aborted after `patience`.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright'
import { build } from 'vite'
import { launchOptions } from '../scripts/chromium.mjs'
import { serve } from './react/feed.mjs'

const patience = 30_000

const plans = [
  {
    plan: 'burst',
    title: '20,000 updates at once',
    variants: ['vanilla', 'client-only', 'ours', 'ours-status', 'reference'],
    peers: ['ai-sdk', 'langchain'],
  },
  {
    plan: 'steady',
    title: '2,000 updates a second for 5 s',
    variants: ['vanilla', 'client-only', 'ours', 'reference'],
    peers: ['ai-sdk', 'langchain'],
  },
  { plan: 'steady', title: '2,000 updates a second, 4 × CPU throttling', variants: ['ours'], peers: [], throttling: 4 },
  { plan: 'paced', title: '100 single updates', variants: ['vanilla-immediate', 'ours'], peers: [] },
]

export default async function react({ report, rounds }) {
  const folder = mkdtempSync(join(tmpdir(), 'inferstream-bench-'))
  const config = { root: join(import.meta.dirname, 'react'), logLevel: 'error', oxc: { jsx: { runtime: 'automatic' } } }
  await build({ ...config, configFile: false, build: { outDir: folder, emptyOutDir: true, target: 'es2022' } })
  const server = await serve(folder)
  const browser = await chromium.launch(launchOptions)
  try {
    for (const plan of plans) print(report, plan, await measure(browser, server.url, plan, rounds))
  } finally {
    await browser.close()
    server.close()
    rmSync(folder, { recursive: true })
  }
}

async function measure(browser, url, { plan, variants, peers, throttling = 1 }, rounds) {
  const runs = new Map([...variants, ...peers].map((variant) => [variant, []]))
  for (let round = 0; round < rounds; round++) {
    for (const [variant, results] of runs) {
      // Peers give the scale; some of them are slow.
      if (peers.includes(variant) && round >= 3) continue
      results.push(await runOnce(browser, url, plan, variant, throttling))
    }
  }
  return runs
}

async function runOnce(browser, url, plan, variant, throttling) {
  const context = await browser.newContext({ viewport: { width: 1000, height: 700 } })
  try {
    const page = await context.newPage()
    await page.goto(`${url}/?variant=${variant}`)
    await page.waitForFunction(() => globalThis.bench?.start)
    const devtools = await context.newCDPSession(page)
    if (throttling > 1) await devtools.send('Emulation.setCPUThrottlingRate', { rate: throttling })
    await devtools.send('Performance.enable', { timeDomain: 'threadTicks' })
    const cpuTime = async () => {
      const { metrics } = await devtools.send('Performance.getMetrics')
      return metrics.find(({ name }) => name === 'TaskDuration').value * 1000
    }
    let before = 0
    await page.exposeFunction('measureFromHere', async () => {
      before = await cpuTime()
    })
    await page.evaluate(() => {
      globalThis.bench.onWarm = globalThis.measureFromHere
    })
    const isDone = await Promise.race([
      page.evaluate((name) => globalThis.bench.start(name), plan).then(() => true),
      new Promise((resolve) => setTimeout(resolve, patience, false)),
    ])
    if (!isDone) return null
    const cpu = (await cpuTime()) - before
    const { commits, frames, longest, delays } = await page.evaluate(() => globalThis.bench)
    return { cpu, commits, frames, longest, delay: median(delays) }
  } finally {
    await context.close()
  }
}

function print(report, { title, throttling }, runs) {
  const of = (variant, field) => (runs.get(variant) ?? []).filter(Boolean).map((run) => run[field])
  if (throttling) {
    report(`${title}: longest task`, median(of('ours', 'longest')), 'ms', { max: 100 })
    return
  }
  const floor = runs.has('vanilla') ? 'vanilla' : 'vanilla-immediate'
  for (const [variant, results] of runs) {
    const name = `${title}: ${variant}`
    const isOurs = variant === 'ours'
    if (results.every((run) => run === null)) {
      report(`${name}, gave up after`, patience / 1000, 's')
      continue
    }
    if (floor === 'vanilla-immediate') {
      const delay = median(of(variant, 'delay'))
      report(`${name}, chunk to paint, p50`, delay, 'ms')
      if (isOurs) report(`${name}, against the floor`, delay / median(of(floor, 'delay')), '×', { max: 1.1 })
      continue
    }
    const cpu = of(variant, 'cpu')
    const spread = `ms (${Math.min(...cpu).toFixed(0)}–${Math.max(...cpu).toFixed(0)})`
    report(`${name}, main thread`, median(cpu), spread)
    if (variant !== floor)
      report(
        `${name}, against the floor`,
        ratio(runs, variant, floor),
        '×',
        isOurs ? { max: title === plans[0].title ? 1.25 : 1.15 } : undefined,
      )
    if (isOurs) report(`${name}, against the client alone`, ratio(runs, variant, 'client-only'), '×')
    // At 2,000/s the load of the page itself limits the ratio that the reference's hook can reach.
    const least = title === plans[0].title ? { min: 10 } : undefined
    if (variant === 'reference') report(`${name}, against ours`, ratio(runs, variant, 'ours'), '×', least)
    report(`${name}, longest task`, median(of(variant, 'longest')), 'ms', isOurs ? { max: 50 } : undefined)
    const beyond = median(
      runs
        .get(variant)
        .filter(Boolean)
        .map(({ commits, frames }) => commits - frames),
    )
    if (isOurs) report(`${name}, commits beyond frames`, beyond, '', { max: 2 })
    // idle → starting → received → running → completed
    report(`${name}, commits`, median(of(variant, 'commits')), '', variant === 'ours-status' ? { max: 6 } : undefined)
  }
}

/** Ratio of runs of the same round, under the same machine load. */
function ratio(runs, variant, floor) {
  const ratios = runs.get(variant).flatMap((run, round) => {
    const base = runs.get(floor)[round]
    return run && base ? [run.cpu / base.cpu] : []
  })
  return median(ratios)
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

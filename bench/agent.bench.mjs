// A long answer in a long chat: `useAgent` beside the official SDK's React provider, with the same rows on the same engine, in
// Chromium, production build. Each round runs both, each in its own page and chat, warmed up by the same answer: otherwise
// JIT compilation in the first tenth would hide growth.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inference } from '@inferstream/client'
import { createEngine } from '@inferstream/engine'
import { chromium } from 'playwright'
import { build, preview } from 'vite'
import { launchOptions } from '../scripts/chromium.mjs'

const variants = ['ours', 'official']
const agent = 'my-org/assistant@latest'
/** 500 messages, with the turns for warm-up and measurement. */
const turnsBefore = 248
/** Punctuation tokens are sent with their word: these are 10,000 pieces. */
const question = 'Tell me a story in 11450 words'
/** Speed of the engine: 1,000 pieces per second. */
const speed = 25

export default async function bench({ report, rounds }) {
  // The rule-based assistant answers, not a real model.
  delete process.env.OPENAI_BASE_URL
  delete process.env.OPENAI_API_KEY
  const folder = mkdtempSync(join(tmpdir(), 'inferstream-bench-'))
  const config = { root: join(import.meta.dirname, 'agent'), configFile: false, logLevel: 'error' }
  await build({
    ...config,
    oxc: { jsx: { runtime: 'automatic' } },
    build: { outDir: folder, emptyOutDir: true, target: 'es2022' },
  })
  const server = await preview({ ...config, build: { outDir: folder }, preview: { host: '127.0.0.1', port: 0 } })
  const engine = await createEngine({ speed })
  const browser = await chromium.launch(launchOptions)
  try {
    const [long, ...chats] = await Promise.all([
      answerLength(engine.url),
      ...Array.from({ length: rounds * variants.length }, () => longChat(engine.url)),
    ])
    const runs = { ours: [], official: [] }
    for (let round = 0; round < rounds; round++) {
      for (const variant of variants) {
        const query = new URLSearchParams({ variant, agent, engine: engine.url, chatId: chats.pop() })
        runs[variant].push(await runOnce(browser, `${server.resolvedUrls.local[0]}?${query}`, long))
      }
    }
    print(report, runs)
  } finally {
    await browser.close()
    await engine.close()
    await server.close()
    rmSync(folder, { recursive: true })
  }
}

/** The same question gets the same answer. */
async function answerLength(baseUrl) {
  const chat = inference({ baseUrl }).agent(agent)
  const reply = await chat.sendMessage(question)
  chat.close()
  return reply.text.length
}

async function longChat(baseUrl) {
  const chat = inference({ baseUrl, maxStreams: Infinity }).agent(agent)
  for (let turn = 0; turn < turnsBefore; turn++) await chat.sendMessage(`What is ${turn} + 2?`)
  const { chatId } = chat.state
  chat.close()
  return chatId
}

async function runOnce(browser, url, long) {
  const context = await browser.newContext({ viewport: { width: 1000, height: 700 } })
  try {
    const page = await context.newPage()
    page.on('pageerror', ({ message }) => console.error(message))
    await page.goto(url)
    await page.waitForFunction(() => globalThis.bench)
    const inPage = (action, argument) =>
      page.evaluate(([name, value]) => globalThis.bench[name](value), [action, argument])
    const devtools = await context.newCDPSession(page)
    await devtools.send('Performance.enable', { timeDomain: 'threadTicks' })
    await devtools.send('Profiler.enable')
    await devtools.send('Profiler.setSamplingInterval', { interval: 250 })
    const cpuTime = async () => {
      const { metrics } = await devtools.send('Performance.getMetrics')
      return metrics.find(({ name }) => name === 'TaskDuration').value * 1000
    }
    const scriptPerFrame = async (length) => {
      await devtools.send('Profiler.start')
      const before = await inPage('counts')
      await inPage('reaches', length)
      const after = await inPage('counts')
      const { profile } = await devtools.send('Profiler.stop')
      return scriptTime(profile) / (after.frames - before.frames)
    }

    await inPage('open', turnsBefore * 2)
    await inPage('ask', question)
    // Warms up the profiler, so that neither tenth is the first.
    await scriptPerFrame(long)
    await inPage('ask', question)
    // Opening the stream and the GET beside it are finished by then: they cost once per answer, not per frame.
    await inPage('reaches', long * 0.01)
    const before = await inPage('counts')
    const first = await scriptPerFrame(long * 0.1)
    // No profiler while the main thread is measured.
    const cpuBefore = await cpuTime()
    await inPage('reaches', long * 0.9)
    const cpu = Math.round((await cpuTime()) - cpuBefore)
    const last = await scriptPerFrame(long)
    const after = await inPage('counts')
    const [commits, frames, rows] = ['commits', 'frames', 'rows'].map((count) => after[count] - before[count])
    return { first, last, growth: last / first, cpu, commits, beyond: commits - frames, rowsPerFrame: rows / frames }
  } finally {
    await context.close()
  }
}

/** ms in JavaScript, microtasks and garbage collection included, which `ScriptDuration` of the metrics leaves out. */
function scriptTime({ nodes, samples, timeDeltas }) {
  const others = new Set(['(root)', '(program)', '(idle)'])
  const ids = new Set(nodes.filter(({ callFrame }) => !others.has(callFrame.functionName)).map(({ id }) => id))
  return timeDeltas.reduce((sum, delta, index) => sum + (ids.has(samples[index]) ? delta : 0), 0) / 1000
}

function print(report, runs) {
  const record = (name, values, unit, target) => {
    const [least, most] = [Math.min(...values), Math.max(...values)].map((value) => Number(value.toFixed(2)))
    report(name, median(values), `${unit} (${least}–${most})`.trim(), target)
  }
  for (const variant of variants) {
    const of = (field) => runs[variant].map((run) => run[field])
    const aimed = (max) => (variant === 'ours' ? { max } : undefined)
    record(`${variant}, script per frame, first tenth of the answer`, of('first'), 'ms')
    record(`${variant}, script per frame, last tenth`, of('last'), 'ms')
    record(`${variant}, last tenth against the first`, of('growth'), '×', aimed(1.3))
    record(`${variant}, commits`, of('commits'), '')
    record(`${variant}, commits beyond frames`, of('beyond'), '', aimed(2))
    record(`${variant}, renders of rows per frame`, of('rowsPerFrame'), '', aimed(1.01))
    record(`${variant}, main thread, eight tenths between`, of('cpu'), 'ms')
  }
  const against = (field) => runs.official.map((run, round) => run[field] / runs.ours[round][field])
  record('official against ours, script per frame, last tenth', against('last'), '×')
  record('official against ours, main thread', against('cpu'), '×')
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

// What passing a stream through costs, beside a plain pipe and the official proxy, and what a proxy holds for readers that are slow,
// many, or gone.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { get } from 'node:http'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'vite'

const kinds = ['ours', 'pipe', 'http', 'official']

export default async function bench({ rounds, report }) {
  const folder = await mkdtemp(join(tmpdir(), 'bench-proxy-'))
  const children = []
  const start = async (file, ...args) => {
    const execArgv = ['--expose-gc']
    const child = fork(new URL(`proxy/${file}.mjs`, import.meta.url), args, { execArgv })
    children.push(child)
    const [port] = await once(child, 'message')
    return `http://127.0.0.1:${port}`
  }
  try {
    const official = await bundleOfficial(folder)
    const upstream = await start('upstream')
    const urls = {}
    for (const kind of kinds) urls[kind] = await start('server', kind, upstream, official)

    const cpu = Object.fromEntries(kinds.map((kind) => [kind, []]))
    // The first round warms up.
    for (let round = 0; round <= rounds; round++) {
      for (const kind of kinds.toSorted(() => Math.random() - 0.5)) {
        const before = await usage(urls[kind])
        await readAll(urls[kind])
        const after = await usage(urls[kind])
        if (round > 0) cpu[kind].push(after.cpu - before.cpu)
      }
    }
    const base = median(cpu.pipe)
    report('CPU time of 50,000 small events, our proxy', median(cpu.ours), 'ms')
    report('  a plain pipe of fetch', base, 'ms')
    report('  a plain pipe of node:http', median(cpu.http), 'ms')
    report('  the official Express proxy', median(cpu.official), 'ms')
    report('our proxy, of a plain pipe of fetch', median(cpu.ours) / base, '×', { max: 1.15 })
    report('our proxy, of the official proxy', median(cpu.ours) / median(cpu.official), '×')

    const { rss } = await usage(urls.ours)
    const slow = await open(urls.ours, 'endless')
    slow.response.once('data', () => slow.response.pause())
    await seconds(3)
    report('memory for a reader that takes nothing of an endless stream', (await usage(urls.ours)).rss - rss, 'MB', {
      max: 20,
    })

    const closing = performance.now()
    slow.request.destroy()
    while ((await text(`${upstream}/open`)) !== '0') await seconds(0.005)
    report('browser gone → upstream closed', performance.now() - closing, 'ms', { max: 1_000 })

    const many = await start('server', 'ours', upstream)
    const streams = await Promise.all(Array.from({ length: 500 }, () => open(many, 'silent')))
    const isHeld = (await text(`${upstream}/open`)) === '500'
    report('500 open streams', isHeld ? (await usage(many)).rss : Number.NaN, 'MB', { max: 200 })
    for (const { request } of streams) request.destroy()
  } finally {
    for (const child of children) child.kill()
    await rm(folder, { recursive: true, force: true })
  }
}

/** Node cannot import it as it is published: its imports have no extensions. */
async function bundleOfficial(folder) {
  const entry = createRequire(import.meta.url).resolve('@inferencesh/sdk/proxy/express')
  const output = { entryFileNames: 'official.mjs' }
  const options = { ssr: entry, outDir: folder, rollupOptions: { output } }
  await build({ configFile: false, logLevel: 'silent', build: options, ssr: { noExternal: true } })
  return pathToFileURL(join(folder, 'official.mjs')).href
}

const targetOf = (kind) => ({ 'x-inf-target-url': `https://api.inference.sh/tasks/${kind}/stream` })

function open(url, kind) {
  return new Promise((resolve, reject) => {
    const request = get(
      url,
      { agent: false, headers: { ...targetOf(kind), accept: 'application/x-ndjson' } },
      (response) => {
        response.on('error', () => {})
        resolve({ request, response })
      },
    )
    request.on('error', reject)
  })
}

async function readAll(url) {
  const { response } = await open(url, 't1')
  let lines = 0
  for await (const chunk of response) for (const byte of chunk) if (byte === 10) lines++
  if (lines !== 50_000) throw new Error(`${lines} of 50,000 events arrived (${response.statusCode}).`)
}

const text = async (url) => (await fetch(url)).text()
const usage = async (url) => JSON.parse(await text(`${url}/usage`))
const seconds = (count) => new Promise((resolve) => void setTimeout(resolve, count * 1_000))

function median(values) {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)]
}

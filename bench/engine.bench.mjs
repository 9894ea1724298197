// Load of one engine: many readers of one task, a fast log through one stream, and memory when idle.
import { execFile, spawn } from 'node:child_process'
import { request, Agent } from 'node:http'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

const bin = join(dirname(createRequire(import.meta.url).resolve('@inferstream/engine')), 'bin.js')

export default async function bench({ rounds, report }) {
  const memory = []
  const fanOut = []
  const complete = []
  const logRate = []
  const latency = []
  for (let round = 0; round < rounds; round++) {
    await withEngine(async ({ url, pid }) => {
      memory.push(await residentMegabytes(pid))
      const { seconds, frames, missing } = await manyReaders(url, 1_000)
      fanOut.push(frames / seconds)
      complete.push(missing)
    })
    await withEngine(async ({ url }) => {
      const log = await fastLog(url, 500_000)
      logRate.push(log.linesPerSecond)
      latency.push(await answerTime(url))
    })
  }
  report('idle memory of a fresh engine (RSS)', median(memory), 'MB', { max: 150 })
  report(`  spread ${spread(memory)}`, rounds, 'rounds')
  report('1,000 streams of one task: frames that did not arrive', Math.max(...complete), 'frames', { max: 0 })
  report('1,000 streams of one task: frames delivered', median(fanOut), '1/s')
  report(`  spread ${spread(fanOut)}`, rounds, 'rounds')
  report('log lines through one stream, each once and in order', median(logRate), 'lines/s', { min: 100_000 })
  report(`  spread ${spread(logRate)}`, rounds, 'rounds')
  report('answer to GET / while both workers compute, median', median(latency), 'ms', { max: 50 })
}

/** An engine in its own process, started by its command. */
async function withEngine(work) {
  const child = spawn(process.execPath, [bin, '--speed', '5'], { stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    const url = await new Promise((resolve, reject) => {
      child.once('exit', () => reject(new Error('The engine ended before it had started.')))
      child.stdout.on('data', (chunk) => {
        const address = /http:\S+/.exec(chunk)?.[0]
        if (address) resolve(address)
      })
    })
    return await work({ url, pid: child.pid })
  } finally {
    child.removeAllListeners('exit')
    const gone = new Promise((resolve) => void child.once('exit', resolve))
    child.kill('SIGTERM')
    await gone
  }
}

async function residentMegabytes(pid) {
  await new Promise((resolve) => void setTimeout(resolve, 500))
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)])
  return Number(stdout) / 1_024
}

const agent = new Agent({ maxSockets: Infinity })

/** Reads a stream; calls `onText` with each chunk and resolves when it is closed. */
function readStream(url, onText) {
  return new Promise((resolve, reject) => {
    request(url, { agent, headers: { accept: 'text/event-stream' } }, (response) => {
      response.setEncoding('utf8')
      response.on('data', onText)
      response.on('end', resolve)
      response.on('error', reject)
    })
      .on('error', reject)
      .end()
  })
}

async function start(url, app, input) {
  const response = await fetch(`${url}/apps/run`, { method: 'POST', body: JSON.stringify({ app, input }) })
  const { data } = await response.json()
  return data.id
}

const cancel = (url, id) => fetch(`${url}/tasks/${id}/cancel`, { method: 'POST' })

/** All readers are connected before the task leaves the queue, so that each must receive every frame. */
async function manyReaders(url, count) {
  const before = await Promise.all([start(url, 'local/slow', {}), start(url, 'local/slow', {})])
  const id = await start(url, 'local/story', { tokens: 40 })
  let open = 0
  let allOpen
  const everybodyIsThere = new Promise((resolve) => (allOpen = resolve))
  const seen = Array.from({ length: count }, () => new Set())
  const reading = seen.map((ids) => {
    let text = ''
    let first = true
    return readStream(`${url}/tasks/${id}/stream`, (chunk) => {
      if (first && ++open === count) allOpen()
      first = false
      text += chunk
      const end = text.lastIndexOf('\n\n')
      if (end < 0) return
      for (const match of text.slice(0, end).matchAll(/^id: (\d+)$/gm)) ids.add(Number(match[1]))
      text = text.slice(end)
    })
  })
  await everybodyIsThere
  const started = performance.now()
  for (const other of before) await cancel(url, other)
  await Promise.all(reading)
  const seconds = (performance.now() - started) / 1_000
  const most = Math.max(...seen.map((ids) => ids.size))
  return {
    seconds,
    frames: seen.reduce((sum, ids) => sum + ids.size, 0),
    missing: seen.reduce((sum, ids) => sum + (most - ids.size), 0),
  }
}

async function fastLog(url, lines) {
  const id = await start(url, 'local/flood', { lines, rate: 1_000_000 })
  let text = ''
  let next = 0
  let first = 0
  let last = 0
  await readStream(`${url}/tasks/${id}/stream`, (chunk) => {
    text += chunk
    const blocks = text.split('\n\n')
    text = blocks.pop()
    for (const block of blocks) {
      const at = block.indexOf('data: ')
      if (at < 0) continue
      const { data } = JSON.parse(block.slice(at + 6))
      if (typeof data?.offset !== 'number') continue
      first ||= performance.now()
      for (const [index, line] of data.logs.entries()) {
        if (data.offset + index !== next || Number(line.slice(1, 8)) !== next)
          throw new Error(`Line ${next} is missing.`)
        next++
      }
      last = performance.now()
    }
  })
  if (next !== lines) throw new Error(`${lines - next} lines did not arrive.`)
  return { linesPerSecond: lines / ((last - first) / 1_000) }
}

async function answerTime(url) {
  const large = { width: 1_920, height: 1_200, samples: 256 }
  const ids = await Promise.all([start(url, 'local/path-tracer', large), start(url, 'local/path-tracer', large)])
  await new Promise((resolve) => void setTimeout(resolve, 600))
  const times = []
  for (let index = 0; index < 20; index++) {
    const before = performance.now()
    await (await fetch(url)).text()
    times.push(performance.now() - before)
  }
  for (const id of ids) await cancel(url, id)
  return median(times)
}

function median(values) {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.floor(sorted.length / 2)]
}

function spread(values) {
  return `${Math.min(...values).toPrecision(3)} – ${Math.max(...values).toPrecision(3)}`
}

// Cost of reading a stream: decoding and the update loop of the client beside the official SDK, the AI SDK and
// eventsource-parser/stream, all in the same rounds, as multiples of the floor (TextDecoder + split + JSON.parse of the
// same bytes). Needs `pnpm build`.
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { EventSourceParserStream } from 'eventsource-parser/stream'
import { inference } from '@inferstream/client'

const require = createRequire(import.meta.url)
const ours = dirname(require.resolve('@inferstream/client'))
const official = dirname(require.resolve('@inferencesh/sdk'))
const { createRecordDecoder } = await import(join(ours, 'wire/decode.js'))
const { streamableRaw } = await import(join(official, 'http/streamable.js'))
const aiSdk = createRequire(require.resolve('@ai-sdk/react')).resolve('@ai-sdk/provider-utils')
const { jsonSchema, parseJsonEventStream } = await import(aiSdk)

const count = 200_000
const chunkSize = 65_536
const ended = { id: 't1', status: 10, output: { ok: true } }

/** Task updates of 150–400 bytes: lines, progress, and sometimes a partial output. */
const records = Array.from({ length: count }, (_, index) => {
  const data =
    index % 10 === 9
      ? { progress: { current: index, total: count, unit: 'steps' } }
      : {
          logs: [
            `[${String(index).padStart(8)}] epoch ${index % 100} loss ${(1 / (index + 1)).toFixed(8)} ${'x'.repeat(20 + (index % 180))}`,
          ],
          offset: index - Math.floor(index / 10),
        }
  const fields = Object.keys(data).filter((key) => key !== 'offset')
  return { data: { id: 't1', updated_at: '2026-01-01T00:00:00.000000Z', ...data }, fields }
})
records.unshift({ id: 't1', status: 7, updated_at: '2026-01-01T00:00:00.000000Z', logs: [] })
const wires = {
  ndjson: chunksOf([...records, ended].map((record) => `${JSON.stringify(record)}\n`).join('')),
  sse: chunksOf([...records, ended].map((record) => `data: ${JSON.stringify(record)}\n\n`).join('')),
}
const types = { ndjson: 'application/x-ndjson', sse: 'text/event-stream' }

function chunksOf(text, size = chunkSize) {
  const bytes = new TextEncoder().encode(text)
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  )
}

function bodyOf(chunks) {
  let next = 0
  return new ReadableStream({
    pull(controller) {
      if (next < chunks.length) controller.enqueue(chunks[next++])
      else controller.close()
    },
  })
}

const cases = {
  'floor ndjson': () => floor(wires.ndjson, '\n', 0),
  'floor sse': () => floor(wires.sse, '\n\n', 6),
  'decoded, NDJSON': () => decodeOurs('ndjson'),
  'decoded, SSE': () => decodeOurs('sse'),
  'for await over TaskUpdates, NDJSON': () => loopOurs('ndjson'),
  'for await over TaskUpdates, SSE': () => loopOurs('sse'),
  'state only, NDJSON': () => stateOurs('ndjson'),
  'official SDK streamableRaw': () => loopOfficial(),
  'eventsource-parser/stream + JSON.parse': () => parserStream(),
  'AI SDK parseJsonEventStream': () => aiSdkStream(),
}

async function floor(chunks, separator, skip) {
  const decoder = new TextDecoder()
  const reader = bodyOf(chunks).getReader()
  let rest = ''
  let found = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return found
    const pieces = (rest + decoder.decode(value, { stream: true })).split(separator)
    rest = pieces.pop()
    for (const piece of pieces) if (JSON.parse(skip ? piece.slice(skip) : piece)) found++
  }
}

async function decodeOurs(format) {
  let found = 0
  const sink = { id() {}, retry() {}, warn() {} }
  const decoder = await createRecordDecoder(format, sink, 1 << 24)
  const reader = bodyOf(wires[format]).getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    found += decoder.feed(value).length
  }
  return found + decoder.end().length
}

function clientOf(format, chunks = wires[format]) {
  return inference({
    baseUrl: 'http://bench.invalid',
    format,
    fetch: async () => new Response(bodyOf(chunks), { headers: { 'content-type': types[format] } }),
  })
}

async function loopOurs(format) {
  let found = 0
  for await (const update of clientOf(format).tasks.stream('t1', { maxLogLines: 1_000 })) if (update) found++
  return found
}

async function stateOurs(format) {
  const result = await clientOf(format).tasks.stream('t1', { maxLogLines: 1_000 }).result
  return result.state.logs.dropped
}

async function loopOfficial() {
  const original = globalThis.fetch
  globalThis.fetch = async () => new Response(bodyOf(wires.ndjson), { headers: { 'content-type': types.ndjson } })
  let found = 0
  try {
    for await (const message of streamableRaw('http://bench.invalid')) if (message) found++
  } finally {
    globalThis.fetch = original
  }
  return found
}

async function parserStream() {
  let found = 0
  const events = bodyOf(wires.sse).pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream())
  for await (const { data } of events) if (JSON.parse(data)) found++
  return found
}

async function aiSdkStream() {
  let found = 0
  const schema = jsonSchema({})
  for await (const { success } of parseJsonEventStream({ stream: bodyOf(wires.sse), schema })) if (success) found++
  return found
}

export default async function bench({ rounds, report }) {
  const times = Object.fromEntries(Object.keys(cases).map((name) => [name, []]))
  const found = {}
  for (let warmUp = 0; warmUp < 3; warmUp++) for (const run of Object.values(cases)) await run()
  for (let round = 0; round < rounds; round++) {
    for (const [name, run] of Object.entries(cases)) {
      const before = process.cpuUsage()
      found[name] = await run()
      times[name].push(cpuSince(before) / count)
    }
  }
  const time = (name) => median(times[name])
  const against = (name, base) => time(base) / time(name)
  const rows = [
    { name: 'decoded, NDJSON', base: 'floor ndjson', target: { min: 0.95 } },
    { name: 'decoded, SSE', base: 'floor sse', target: { min: 0.9 } },
    { name: 'for await over TaskUpdates, NDJSON', base: 'floor ndjson', target: { min: 0.75 } },
    { name: 'for await over TaskUpdates, SSE', base: 'floor sse', target: { min: 0.75 } },
    { name: 'official SDK streamableRaw', base: 'floor ndjson', target: undefined },
    { name: 'eventsource-parser/stream + JSON.parse', base: 'floor sse', target: undefined },
    { name: 'AI SDK parseJsonEventStream', base: 'floor sse', target: undefined },
  ]
  for (const { name, base, target } of rows) {
    report(`${name}, ${count} records`, against(name, base), '× floor', target)
    report(`  spread ${spread(times[name])} µs, ${found[name]} seen`, time(name), 'µs')
  }
  for (const [peer, format, least] of [
    ['official SDK streamableRaw', 'NDJSON', 1.3],
    ['AI SDK parseJsonEventStream', 'SSE', 3],
  ]) {
    report(`decoded, ${format}, against the ${peer}`, against(`decoded, ${format}`, peer), '×', { min: least })
    const loop = `for await over TaskUpdates, ${format}`
    report(`${loop}, which reduces too, against the same`, against(loop, peer), '×')
  }
  report(
    'delivery: for await − state only',
    (time('for await over TaskUpdates, NDJSON') - time('state only, NDJSON')) * 1_000,
    'ns',
    { max: 100 },
  )
  await giantEvent(rounds, report)
  await longLog(report)
}

/** One event of 16 MiB in chunks of 64 KiB. */
async function giantEvent(rounds, report) {
  const json = JSON.stringify({ id: 't1', status: 7, partial_output: 'x'.repeat((1 << 24) - 200) })
  for (const format of ['ndjson', 'sse']) {
    const chunks = chunksOf(format === 'ndjson' ? `${json}\n` : `data: ${json}\n\n`)
    const parsed = []
    const decoded = []
    for (let round = 0; round < rounds; round++) {
      const start = process.cpuUsage()
      JSON.parse(json)
      parsed.push(cpuSince(start))
      const sink = { id() {}, retry() {}, warn() {} }
      const decoder = await createRecordDecoder(format, sink, 1 << 24)
      const before = process.cpuUsage()
      for (const chunk of chunks) decoder.feed(chunk)
      decoder.end()
      decoded.push(cpuSince(before))
    }
    report(`one event of 16 MiB, ${format}`, median(decoded) / median(parsed), '× JSON.parse', { max: 4 })
  }
}

/** A million lines with 100,000 kept: growth of the heap between line 200,000 and line 1,000,000. */
async function longLog(report) {
  const step = 1_000
  const encoder = new TextEncoder()
  let line = 0
  const body = new ReadableStream({
    pull(controller) {
      if (line === 0) controller.enqueue(encoder.encode(`${JSON.stringify({ id: 't1', status: 7 })}\n`))
      if (line === 1_000_000) {
        controller.enqueue(encoder.encode(`${JSON.stringify(ended)}\n`))
        controller.close()
        return
      }
      const logs = Array.from({ length: step }, (_, index) => `line ${line + index} ${'y'.repeat(60)}`)
      const record = { data: { id: 't1', logs, offset: line }, fields: ['logs'] }
      controller.enqueue(encoder.encode(`${JSON.stringify(record)}\n`))
      line += step
    },
  })
  const client = inference({
    baseUrl: 'http://bench.invalid',
    fetch: async () => new Response(body, { headers: { 'content-type': types.ndjson } }),
  })
  const stream = client.tasks.stream('t1')
  let early = 0
  const start = process.cpuUsage()
  for await (const _ of stream.batches()) if (early === 0 && stream.state.logs.dropped > 100_000) early = heap()
  const { user } = process.cpuUsage(start)
  report('a million lines, 100,000 kept: heap growth since 200,000', heap() - early, 'MB', { max: 10 })
  report(
    `  ${stream.state.logs.length} lines kept, ${stream.state.logs.dropped} dropped; CPU, including the generation of the wire`,
    user / 1_000,
    'ms',
  )
}

/** µs */
function cpuSince(start) {
  const { user, system } = process.cpuUsage(start)
  return user + system
}

function heap() {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  return process.memoryUsage().heapUsed / 1e6
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
}

function spread(values) {
  const sorted = values.toSorted((a, b) => a - b)
  return `${sorted[0].toPrecision(3)}–${sorted.at(-1).toPrecision(3)}`
}

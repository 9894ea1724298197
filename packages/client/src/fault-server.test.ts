// A real server that fails at every byte of recorded wires. The promise: the end state and every log line are those of
// the uninterrupted run (reliability.md).
import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createClient } from './client.ts'
import { hostPlatform } from './platform.ts'
import type { Platform } from './platform.ts'
import type { TaskState } from './types.ts'

const base64 = (text: string) => Buffer.from(text).toString('base64')
const bar = (step: number) => `\r ${step * 25}%|##  | ${step}/4`

/** What the task does, one step a record: the record's data, and what it adds to the log. */
const steps: { data: Record<string, unknown>; text?: string; lines?: string[] }[] = [
  { data: { status: 2, queue_position: 1 } },
  { data: { status: 6 }, text: 'loading ünïcode\n' },
  { data: { status: 7 }, text: `loading done\n${bar(1)}` },
  { data: {}, text: `${bar(2)}${bar(3)}\nhalf a li` },
  { data: { partial_output: { image: 'a' } }, text: 'ne 😀\n' },
  { data: {}, lines: ['same', 'same'] },
  { data: {}, lines: ['same'] },
  { data: { status: 10, output: { image: 'b' } }, lines: ['last'] },
]

type Wire = 'ndjson' | 'sse' | 'sse with ids' | 'ndjson without positions'

/** One record of the wire. With ids, string arrays say nothing of their position: the ids alone tell. Without either, the log's own endpoint does. */
const isBlind = (wire: Wire) => wire === 'sse with ids' || wire === 'ndjson without positions'
const isNdjson = (wire: Wire) => wire.startsWith('ndjson')

function record(index: number, wire: Wire): string {
  const { data, text, lines } = steps[index]!
  const more: Record<string, unknown> = {}
  if (text !== undefined) more['logs'] = [{ log_type: 4, content: base64(textUpTo(index)) }]
  if (lines) more['logs'] = lines
  const all = { ...data, ...more }
  const offset = lines && !isBlind(wire) ? { offset: linesBefore(index) } : {}
  const isFirst = index === 0
  return frame(
    isFirst ? { id: 't1', ...all } : { data: { id: 't1', ...all, ...offset }, fields: Object.keys(all) },
    wire,
    index,
  )
}

function frame(json: object, wire: Wire, id?: number): string {
  if (isNdjson(wire)) return `${JSON.stringify(json)}\n`
  return `${wire === 'sse with ids' && id !== undefined ? `id: ${id}\n` : ''}data: ${JSON.stringify(json)}\n\n`
}

const textUpTo = (index: number) =>
  steps
    .slice(0, index + 1)
    .map(({ text = '' }) => text)
    .join('')
const linesBefore = (index: number) =>
  textUpTo(index).split('\n').length - 1 + steps.slice(0, index).flatMap(({ lines = [] }) => lines).length

/** The whole task after step `index`. */
function snapshot(index: number, withLines: boolean): object {
  const fields = Object.assign({}, ...steps.slice(0, index + 1).map(({ data }) => data)) as object
  const lines = steps.slice(0, index + 1).flatMap(({ lines: added = [] }) => added)
  const text = textUpTo(index) + (withLines ? lines : []).map((line) => `${line}\n`).join('')
  return { id: 't1', ...fields, logs: [{ log_type: 4, content: base64(text) }] }
}

type Fault = 'cut' | 'reset' | 'stall' | '500' | '429' | '204' | 'html 502' | 'refused GETs'

/** What happens to one run: told in its path, so that all runs share a server. */
interface Plan {
  wire: Wire
  fault: Fault
  at: number
  connects: number
  gets: number
  /** Steps taken so far. */
  position: number
}

interface Served {
  status: number
  type?: string
  body: Buffer | string
  finish?: 'end' | 'reset' | 'stall'
}

const plans = new Map<string, Plan>()

function serve(url: string, lastEventId: string | null): Served {
  const [, planId = '', path = ''] = /\/(\d+)(\/.*)$/.exec(url) ?? []
  const plan = plans.get(planId)
  // A request that its client has given up already.
  if (!plan) return answer(404, {})
  if (path === '/apps/run') return answer(200, { data: { id: 't1', status: 1 } })
  if (path === '/tasks/t1/logs') return answer(200, { data: snapshot(plan.position, true) })
  if (path !== '/tasks/t1') return serveStream(plan, lastEventId)
  plan.gets++
  if (plan.fault === 'refused GETs' && plan.gets <= 2) return { status: 200, body: '', finish: 'reset' }
  // Who only asks sees the task go on as well.
  if (plan.connects > 1) plan.position = Math.min(plan.position + 1, steps.length - 1)
  return answer(200, { data: snapshot(plan.position, !isBlind(plan.wire)) })
}

function serveStream(plan: Plan, lastEventId: string | null): Served {
  plan.connects++
  const { fault, wire } = plan
  if (plan.connects === 2) {
    if (fault === '500') return answer(500, { detail: 'Oops.' })
    if (fault === '429') return answer(429, { detail: 'Slow.' })
    if (fault === '204') return { status: 204, body: '' }
    if (fault === 'html 502') return { status: 502, type: 'text/html', body: '<html>Bad gateway' }
  }
  const type = isNdjson(wire) ? 'application/x-ndjson' : 'text/event-stream'
  if (plan.connects > 1) {
    const opening = wire === 'sse with ids' ? '' : frame(snapshot(plan.position, !isBlind(wire)), wire)
    const known = wire === 'sse with ids' ? Number(lastEventId ?? -1) : plan.position
    plan.position = steps.length - 1
    return {
      status: 200,
      type,
      body: opening + steps.map((_, index) => (index > known ? record(index, wire) : '')).join(''),
    }
  }
  const records = steps.map((_, index) => Buffer.from(record(index, wire)))
  let sent = 0
  let whole = -1
  for (const { length } of records) if ((sent += length) <= plan.at) whole++
  // The task went one step on while nobody could see it.
  plan.position = Math.min(whole + 1, steps.length - 1)
  return {
    status: 200,
    type,
    body: Buffer.concat(records).subarray(0, plan.at),
    finish: fault === 'reset' || fault === 'stall' ? fault : 'end',
  }
}

function answer(status: number, body: object): Served {
  return { status, type: 'application/json', body: JSON.stringify(body) }
}

/** A real server, so that cuts are those of sockets. */
function listen(request: IncomingMessage, response: ServerResponse): void {
  request.resume()
  const {
    status,
    type,
    body,
    finish = 'end',
  } = serve(request.url ?? '', (request.headers['last-event-id'] as string) ?? null)
  if (finish === 'reset' && body.length === 0) {
    response.destroy()
    return
  }
  response.writeHead(status, type === undefined ? {} : { 'content-type': type })
  if (finish === 'end') response.end(body)
  else response.write(body, () => finish === 'reset' && response.destroy())
}

/** The same without sockets, for every offset of everything: thousands of runs in seconds. */
const inMemory: typeof fetch = async (input, init) => {
  const { status, type, body, finish = 'end' } = serve(input as string, new Headers(init?.headers).get('last-event-id'))
  if (finish === 'reset' && body.length === 0) throw new TypeError('fetch failed')
  const bytes = new ReadableStream<Uint8Array>({
    start(controller) {
      if (body.length > 0) controller.enqueue(new Uint8Array(Buffer.from(body)))
      if (finish === 'end') controller.close()
      init?.signal?.addEventListener('abort', () => finish === 'stall' && controller.error(init.signal?.reason))
    },
    pull(controller) {
      if (finish === 'reset') controller.error(new TypeError('terminated'))
    },
  })
  return new Response(status === 204 ? null : bytes, {
    status,
    headers: type === undefined ? {} : { 'content-type': type },
  })
}

let server: Server
let origin: string

beforeAll(async () => {
  server = createServer(listen)
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterAll(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => {
    server.close(resolve)
  })
})

/** Real time, a hundred times as fast. */
const startedAt = Date.now()
const quick: Platform = {
  ...hostPlatform,
  now: () => startedAt + (Date.now() - startedAt) * 100,
  setTimeout: (callback, delay) => hostPlatform.setTimeout(callback, delay / 100),
}

let nextPlan = 0

async function follow(wire: Wire, fault: Fault, at: number, fetcher?: typeof fetch): Promise<Partial<TaskState>> {
  const planId = String(nextPlan++)
  plans.set(planId, { wire, fault, at, connects: 0, gets: 0, position: 0 })
  const client = createClient(
    {
      baseUrl: `${origin}/${planId}`,
      format: isNdjson(wire) ? 'ndjson' : 'sse',
      maxStreams: Infinity,
      idleTimeoutMs: fetcher ? 2_000 : 10_000,
      fetch: fetcher,
    },
    quick,
  )
  const stream = await client.run({ app: 'a/b', input: {} }, { stream: true })
  const seen: string[] = []
  for await (const update of stream) for (const line of update.logs) seen.push(line)
  const { status, output, error, logs, pendingLine, partialOutput } = stream.state
  plans.delete(planId)
  expect([...logs]).toEqual(seen)
  return { status, output, error, pendingLine, partialOutput, logs }
}

/** Offsets after which the end state was another one. */
async function wrongOffsets(wire: Wire, fault: Fault, step: number, fetcher?: typeof fetch): Promise<unknown[]> {
  const wrong: unknown[] = []
  let at = 0
  const work = async () => {
    while (at < lengthOf(wire)) {
      const offset = at
      at += step
      const state = await follow(wire, fault, offset, fetcher).catch((error: unknown) => ({ error }))
      if (JSON.stringify(state) !== JSON.stringify(expected)) wrong.push({ offset, state })
    }
  }
  await Promise.all(Array.from({ length: 24 }, work))
  return wrong
}

const lengthOf = (wire: Wire, count = steps.length) =>
  Buffer.from(
    steps
      .slice(0, count)
      .map((_, index) => record(index, wire))
      .join(''),
  ).length

const expected = {
  status: 'completed',
  output: { image: 'b' },
  error: null,
  pendingLine: null,
  partialOutput: { image: 'a' },
  logs: [
    'loading ünïcode',
    'loading done',
    `${bar(1)}${bar(2)}${bar(3)}`,
    'half a line 😀',
    'same',
    'same',
    'same',
    'last',
  ],
}

const wires: Wire[] = ['ndjson', 'sse', 'sse with ids', 'ndjson without positions']
const faults: Fault[] = ['cut', 'reset', 'stall', '500', '429', '204', 'html 502', 'refused GETs']
const rows = wires.flatMap((wire) => faults.map((fault) => ({ wire, fault })))

describe('the same end and every line once', () => {
  it.each(wires)('%s, uninterrupted', async (wire) => {
    expect(await follow(wire, 'cut', lengthOf(wire))).toEqual(expected)
  })

  it.each(rows)(
    '$wire, $fault at every offset',
    async ({ wire, fault }) => {
      expect(await wrongOffsets(wire, fault, 1, inMemory)).toEqual([])
    },
    60_000,
  )

  it.each(rows)(
    '$wire, $fault, over a real socket',
    async ({ wire, fault }) => {
      expect(await wrongOffsets(wire, fault, 41)).toEqual([])
    },
    60_000,
  )
})

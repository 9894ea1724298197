// A service that fails once, at any byte of a wire, in memory or on a real socket. Each run has its own base URL.
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createClient } from '../src/client/client.ts'
// Preloaded, so that thousands of runs do not wait for these modules.
import '../src/http/http-error.ts'
import '../src/http/requests.ts'
import '../src/transports/http/connect-task.ts'
import '../src/task/task-stream.ts'
import '../src/wire/ndjson.ts'
import { jumpingPlatform } from './jumping-platform.ts'
import { logSources } from '../src/log/log-cursor.ts'
import type { LogSource, TaskState } from '../src/core/types.ts'

/** One run as its stream delivers it, and the responses of the service at any time during the run. */
export interface Wire {
  readonly taskId: string
  readonly isNdjson: boolean
  /** The records of the first connection. */
  readonly records: readonly string[]
  /** The text of a later connection, when the records up to `recordIndex` have happened. */
  reopened(recordIndex: number, lastEventId: string | null): string
  task(recordIndex: number): object
  log(recordIndex: number): object
}

/** The failures of one run, in order. */
export interface Fault {
  readonly name: string
  /** How the first stream ends, at the tested byte. */
  readonly finish: 'end' | 'reset' | 'stall'
  /** Number of GETs after it that are refused. */
  readonly refusals: number
  /** Responses to the next stream requests. */
  readonly answers: readonly FaultyAnswer[]
}

interface Plan {
  readonly wire: Wire
  readonly fault: Fault
  readonly at: number
  requests: number
  connects: number
  gets: number
  /** The last record that has happened. */
  recordIndex: number
}

export interface FaultyAnswer {
  status: number
  type?: string
  body: Buffer | string
  finish?: 'end' | 'reset' | 'stall'
}

export const faults: readonly Fault[] = [
  { name: 'cut, then 429', finish: 'end', refusals: 0, answers: [json(429, { detail: 'Slow.' })] },
  {
    name: 'reset, then refused GETs and 500',
    finish: 'reset',
    refusals: 2,
    answers: [json(500, { detail: 'Oops.' })],
  },
  {
    name: 'stall, then a page with 502 and 204',
    finish: 'stall',
    refusals: 0,
    answers: [page(502), { status: 204, body: '' }],
  },
  { name: 'cut, then a page with 200', finish: 'end', refusals: 0, answers: [page(200)] },
]

const plans = new Map<string, Plan>()
let nextPlan = 0

export const byteLengthOf = (wire: Wire): number => measure(wire).bytes.length

/** The part of a run's end that network faults must not change. */
export interface End {
  state: Pick<TaskState, 'status' | 'output' | 'pendingLine' | 'partialOutput'> & { error: string | null }
  logs: Partial<Record<LogSource, string[]>>
}

/** Follows the wire to its end, with a fault at byte `at`. The lines of the updates must equal those of the state. */
export async function followToEnd(wire: Wire, fault: Fault, at: number, origin?: string): Promise<End> {
  const id = String(nextPlan++)
  plans.set(id, { wire, fault, at, requests: 0, connects: 0, gets: 0, recordIndex: 0 })
  const socket = countedFetch(fault.finish === 'stall' ? at : Infinity)
  const client = createClient(
    {
      baseUrl: `${origin ?? 'https://memory.test'}/${id}`,
      format: wire.isNdjson ? 'ndjson' : 'sse',
      maxStreams: Infinity,
      idleTimeoutMs: 45_000,
      fetch: origin ? socket.fetch : fetchInMemory,
    },
    jumpingPlatform(() => origin !== undefined && socket.isBusy()),
  )
  const stream = await client.run({ app: 'a/b', input: {} }, { stream: true })
  const seen: string[] = []
  try {
    for await (const update of stream) for (const line of update.logs) seen.push(line)
  } catch {
    // The state has the error.
  }
  plans.delete(id)
  const { status, output, error, logs, pendingLine, partialOutput } = stream.state
  // If following failed, an unfinished line is in the state but not in any update.
  if (error?.code !== 'protocol' && seen.join('\n') !== logs.join('\n'))
    throw new Error('The lines of the updates differ from those of the state.')
  const end: End = { state: { status, output, error: error && error.message, pendingLine, partialOutput }, logs: {} }
  for (const [index, line] of logs.entries()) (end.logs[logs.entry(index)!.source] ??= []).push(line)
  return end
}

/** Whether a run ends like the uninterrupted one. */
export function isRight(fault: Fault, expected: End, end: End): boolean {
  // A page instead of a stream is a final error that keeps the known lines, unless the GET before it had the end.
  const isFinal = fault.answers.some(({ status }) => status === 200)
  if (!isFinal || end.state.status !== 'error') return JSON.stringify(end) === JSON.stringify(expected)
  const isKnown = logSources.every((source) => {
    const lines = end.logs[source] ?? []
    const all = expected.logs[source] ?? []
    return lines.every((line, at) => (at < lines.length - 1 ? line === all[at] : all[at]?.startsWith(line)))
  })
  return isKnown && /web page/.test(end.state.error ?? '')
}

/** The offsets at which a run ends wrongly, with its end. In memory without an origin. */
export async function failuresAt(
  offsets: readonly number[],
  wire: Wire,
  fault: Fault,
  expected: End,
  origin?: string,
): Promise<{ offset: number; end: unknown }[]> {
  const failures: { offset: number; end: unknown }[] = []
  const queue = offsets.values()
  const worker = async () => {
    for (let next = queue.next(); !next.done; next = queue.next()) {
      const offset = next.value
      // oxlint-disable-next-line no-await-in-loop -- as many at once as there are workers
      const end = await followToEnd(wire, fault, offset, origin).catch((error: unknown) => ({ error }))
      if ('error' in end || !isRight(fault, expected, end)) failures.push({ offset, end })
    }
  }
  await Promise.all(Array.from({ length: 64 }, worker))
  return failures
}

function serve(url: string, lastEventId: string | null): FaultyAnswer {
  const [, id = '', path = ''] = /\/(\d+)(\/.*)$/.exec(url) ?? []
  const plan = plans.get(id)
  // A request that the client has abandoned already.
  if (!plan) return json(404, {})
  const { wire } = plan
  // A run that never ends must not hang the test.
  if (++plan.requests > 100) return json(400, { detail: 'The run does not end.' })
  if (path === '/apps/run') return json(200, { data: { id: wire.taskId, status: 1 } })
  if (path.endsWith('/logs')) return json(200, { data: wire.log(plan.recordIndex) })
  if (path.endsWith('/stream')) return serveStream(plan, lastEventId)
  plan.gets++
  if (plan.gets <= plan.fault.refusals) return { status: 200, body: '', finish: 'reset' }
  // The task advances with each GET as well.
  if (plan.connects > 1) plan.recordIndex = Math.min(plan.recordIndex + 1, wire.records.length - 1)
  return json(200, { data: wire.task(plan.recordIndex) })
}

function serveStream(plan: Plan, lastEventId: string | null): FaultyAnswer {
  const { fault, wire } = plan
  plan.connects++
  const refusal = fault.answers[plan.connects - 2]
  if (refusal) return refusal
  const type = wire.isNdjson ? 'application/x-ndjson' : 'text/event-stream'
  const last = wire.records.length - 1
  if (plan.connects > 1) {
    const body = wire.reopened(plan.recordIndex, lastEventId)
    plan.recordIndex = last
    return { status: 200, type, body }
  }
  const { bytes, ends } = measure(wire)
  const delivered = ends.findLastIndex((end) => end <= plan.at)
  // The task advances one step while the client is disconnected.
  plan.recordIndex = Math.min(delivered + 1, last)
  return { status: 200, type, body: bytes.subarray(0, plan.at), finish: fault.finish }
}

const measures = new WeakMap<Wire, { bytes: Buffer; ends: number[] }>()

/** The bytes of the first connection, and the offset at which each record ends. */
export function measure(wire: Wire): { bytes: Buffer; ends: number[] } {
  const known = measures.get(wire)
  if (known) return known
  let end = 0
  const ends = wire.records.map((record) => (end += Buffer.byteLength(record)))
  const measured = { bytes: Buffer.from(wire.records.join('')), ends }
  measures.set(wire, measured)
  return measured
}

/** The offsets of the first bytes, and those around the end of each record, where the delivered records change. */
export function edgesOf(wire: Wire): number[] {
  const { bytes, ends } = measure(wire)
  const edges = ends.flatMap((end) => [end - 2, end - 1, end, end + 1]).filter((offset) => offset < bytes.length)
  return [0, 1, ...edges]
}

function json(status: number, body: object): FaultyAnswer {
  return { status, type: 'application/json', body: JSON.stringify(body) }
}

function page(status: number): FaultyAnswer {
  return { status, type: 'text/html', body: '<html>Welcome' }
}

/** Only the part of a Response that the client reads: real ones make a run 50 % slower. */
const fetchInMemory: typeof fetch = async (input, init) => {
  const url = input instanceof Request ? input.url : input.toString()
  const { status, type, body, finish = 'end' } = serve(url, new Headers(init?.headers).get('last-event-id'))
  if (finish === 'reset' && body.length === 0) throw new TypeError('fetch failed')
  let isRead = body.length === 0
  const reader = {
    cancel: async () => {},
    async read() {
      if (!isRead) {
        isRead = true
        return { done: false, value: Buffer.from(body) }
      }
      if (finish === 'end') return { done: true, value: undefined }
      if (finish === 'reset') throw new TypeError('terminated')
      return new Promise((_, reject) => init?.signal?.addEventListener('abort', () => reject(init.signal?.reason)))
    },
  }
  const response = {
    ok: status < 300,
    status,
    headers: { get: (name: string) => (name === 'content-type' ? (type ?? null) : null) },
    text: async () => String(body),
    body: { cancel: reader.cancel, getReader: () => reader },
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- all of a Response that the client reads
  return response as unknown as Response
}

/** The same service on a real socket, with real resets. */
export async function listen(): Promise<{ origin: string; close(): Promise<void> }> {
  const server = createServer(respond)
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (typeof address !== 'object' || !address) throw new Error('The server has no port.')
  return {
    origin: `http://127.0.0.1:${address.port}`,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => {
        server.close(resolve)
      })
    },
  }
}

function respond(request: IncomingMessage, response: ServerResponse): void {
  request.resume()
  const lastEventId = request.headers['last-event-id']?.toString() ?? null
  const { status, type, body, finish = 'end' } = serve(request.url ?? '', lastEventId)
  if (finish === 'reset' && body.length === 0) {
    response.destroy()
    return
  }
  response.writeHead(status, type === undefined ? {} : { 'content-type': type })
  response.flushHeaders()
  if (finish === 'end') response.end(body)
  else response.write(body, () => finish === 'reset' && response.destroy())
}

/**
 * `fetch` that reports whether a response is outstanding, so that the clock jumps only when none is, and the speed of the
 * machine does not matter. A read of the first stream after its last byte does not count: it would wait until the end.
 */
function countedFetch(silentAfter: number): { fetch: typeof fetch; isBusy(): boolean } {
  let waiting = 0
  let streams = 0
  async function counted<T>(answer: Promise<T>): Promise<T> {
    waiting++
    try {
      return await answer
    } finally {
      waiting--
    }
  }

  function readerOf(body: ReadableStream<Uint8Array>, silentAt: number) {
    const reader = body.getReader()
    let received = 0
    return {
      cancel: () => reader.cancel(),
      async read() {
        const next = reader.read()
        const result = await (received >= silentAt ? next : counted(next))
        received += result.value?.byteLength ?? 0
        return result
      },
    }
  }

  return {
    isBusy: () => waiting > 0,
    fetch: async (input, init) => {
      const response = await counted(fetch(input, init))
      const { ok, status, headers, body } = response
      const isFirst = response.url.endsWith('/stream') && ++streams === 1
      const counting = {
        ok,
        status,
        headers,
        text: () => counted(response.text()),
        body: body && {
          cancel: () => body.cancel(),
          getReader: () => readerOf(body, isFirst ? silentAfter : Infinity),
        },
      }
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- all of a Response that the client reads
      return counting as unknown as Response
    },
  }
}

// A service that fails once, at any byte of a wire, in memory or on a real socket. Each run has an address of its own.
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createClient } from '../src/client/client.ts'
// Loaded already, so that thousands of runs need not wait for it.
import '../src/http/http-error.ts'
import '../src/http/requests.ts'
import '../src/transports/http/connect-task.ts'
import '../src/task/task-stream.ts'
import '../src/wire/ndjson.ts'
import { jumpingPlatform } from './jumping-platform.ts'
import { logSources } from '../src/log/log-cursor.ts'
import type { LogSource, TaskState } from '../src/core/types.ts'

/** One run as a stream tells it, and what the service would answer at any moment of it. */
export interface Wire {
  readonly taskId: string
  readonly isNdjson: boolean
  /** What the first connection gets, a record each. */
  readonly records: readonly string[]
  /** What a later one gets, when records up to `position` have happened. */
  reopened(position: number, lastEventId: string | null): string
  task(position: number): object
  log(position: number): object
}

/** What goes wrong in one run, one after the other. */
export interface Fault {
  readonly name: string
  /** How the first stream ends, at the byte in question. */
  readonly finish: 'end' | 'reset' | 'stall'
  /** How many GETs after it are refused. */
  readonly refusals: number
  /** What the next streams asked for get instead. */
  readonly answers: readonly Answer[]
}

interface Plan {
  readonly wire: Wire
  readonly fault: Fault
  readonly at: number
  requests: number
  connects: number
  gets: number
  /** The last record that has happened. */
  position: number
}

export interface Answer {
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

export const lengthOf = (wire: Wire): number => measure(wire).bytes.length

/** A run's end, as far as the network must not change it. */
export interface End {
  state: Pick<TaskState, 'status' | 'output' | 'pendingLine' | 'partialOutput'> & { error: string | null }
  logs: Partial<Record<LogSource, string[]>>
}

/** Follows the wire to its end with a fault at one place of it. The lines told by updates must be those of the state. */
export async function followThrough(wire: Wire, fault: Fault, at: number, origin?: string): Promise<End> {
  const id = String(nextPlan++)
  plans.set(id, { wire, fault, at, requests: 0, connects: 0, gets: 0, position: 0 })
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
    // Told by the state.
  }
  plans.delete(id)
  const { status, output, error, logs, pendingLine, partialOutput } = stream.state
  // What the run left unfinished when the following failed is in the state, and in no update.
  if (error?.code !== 'protocol' && seen.join('\n') !== logs.join('\n'))
    throw new Error('The updates told other lines than the state has.')
  const end: End = { state: { status, output, error: error && error.message, pendingLine, partialOutput }, logs: {} }
  for (const [index, line] of logs.entries()) (end.logs[logs.entry(index)!.source] ??= []).push(line)
  return end
}

/** Whether a run ends as the uninterrupted one did. */
export function isRight(fault: Fault, whole: End, end: End): boolean {
  // A page instead of a stream is an error, not retried, and what was known stays; unless the GET before it had the end.
  const isFinal = fault.answers.some(({ status }) => status === 200)
  if (!isFinal || end.state.status !== 'error') return JSON.stringify(end) === JSON.stringify(whole)
  const isKnown = logSources.every((source) => {
    const lines = end.logs[source] ?? []
    const all = whole.logs[source] ?? []
    return lines.every((line, at) => (at < lines.length - 1 ? line === all[at] : all[at]?.startsWith(line)))
  })
  return isKnown && /web page/.test(end.state.error ?? '')
}

/** Those of the offsets at which a run ends wrongly, with what was found there. In memory where there is no origin. */
export async function failuresAt(
  offsets: readonly number[],
  wire: Wire,
  fault: Fault,
  whole: End,
  origin?: string,
): Promise<{ offset: number; end: unknown }[]> {
  const failures: { offset: number; end: unknown }[] = []
  const queue = offsets.values()
  const draft = async () => {
    for (let next = queue.next(); !next.done; next = queue.next()) {
      const offset = next.value
      // oxlint-disable-next-line no-await-in-loop -- as many at once as there are workers
      const end = await followThrough(wire, fault, offset, origin).catch((error: unknown) => ({ error }))
      if ('error' in end || !isRight(fault, whole, end)) failures.push({ offset, end })
    }
  }
  await Promise.all(Array.from({ length: 64 }, draft))
  return failures
}

function serve(url: string, lastEventId: string | null): Answer {
  const [, id = '', path = ''] = /\/(\d+)(\/.*)$/.exec(url) ?? []
  const plan = plans.get(id)
  // A request that its client has given up already.
  if (!plan) return json(404, {})
  const { wire } = plan
  // A run that would never end must not hang the test.
  if (++plan.requests > 100) return json(400, { detail: 'The run does not end.' })
  if (path === '/apps/run') return json(200, { data: { id: wire.taskId, status: 1 } })
  if (path.endsWith('/logs')) return json(200, { data: wire.log(plan.position) })
  if (path.endsWith('/stream')) return serveStream(plan, lastEventId)
  plan.gets++
  if (plan.gets <= plan.fault.refusals) return { status: 200, body: '', finish: 'reset' }
  // Who only asks sees the task go on as well.
  if (plan.connects > 1) plan.position = Math.min(plan.position + 1, wire.records.length - 1)
  return json(200, { data: wire.task(plan.position) })
}

function serveStream(plan: Plan, lastEventId: string | null): Answer {
  const { fault, wire } = plan
  plan.connects++
  const refusal = fault.answers[plan.connects - 2]
  if (refusal) return refusal
  const type = wire.isNdjson ? 'application/x-ndjson' : 'text/event-stream'
  const last = wire.records.length - 1
  if (plan.connects > 1) {
    const body = wire.reopened(plan.position, lastEventId)
    plan.position = last
    return { status: 200, type, body }
  }
  const { bytes, ends } = measure(wire)
  const whole = ends.findLastIndex((end) => end <= plan.at)
  // The task went one step on while nobody could see it.
  plan.position = Math.min(whole + 1, last)
  return { status: 200, type, body: bytes.subarray(0, plan.at), finish: fault.finish }
}

const measures = new WeakMap<Wire, { bytes: Buffer; ends: number[] }>()

/** The first connection's bytes, and where in them each record ends. */
export function measure(wire: Wire): { bytes: Buffer; ends: number[] } {
  const known = measures.get(wire)
  if (known) return known
  let end = 0
  const ends = wire.records.map((record) => (end += Buffer.byteLength(record)))
  const measured = { bytes: Buffer.from(wire.records.join('')), ends }
  measures.set(wire, measured)
  return measured
}

/** The first and the last byte, and those around the end of each record, where what has been delivered changes. */
export function edgesOf(wire: Wire): number[] {
  const { bytes, ends } = measure(wire)
  const edges = ends.flatMap((end) => [end - 2, end - 1, end, end + 1]).filter((offset) => offset < bytes.length)
  return [0, 1, ...edges]
}

function json(status: number, body: object): Answer {
  return { status, type: 'application/json', body: JSON.stringify(body) }
}

function page(status: number): Answer {
  return { status, type: 'text/html', body: '<html>Welcome' }
}

/** As little of a Response as the client asks for: with real ones a run takes half as long again. */
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

/** The same on a real socket, whose cuts are those of sockets. */
export async function listen(): Promise<{ origin: string; close(): Promise<void> }> {
  const server = createServer(respond)
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (typeof address !== 'object' || !address) throw new Error('The server listens at no port.')
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
 * `fetch` that knows whether an answer is still to come, so that the clock jumps only when none is: how fast the model is
 * decides nothing. A read waits in vain when the first stream has sent its bytes and is silent from then on.
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

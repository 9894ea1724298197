// A service that fails once, at any byte of a wire, in memory or on a real socket. Each run has an address of its own.
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createClient } from './client.ts'
// Loaded already, so that thousands of runs need not wait for it.
import './http-error.ts'
import './http-follower.ts'
import './ndjson.ts'
import { jumpingPlatform } from './jumping-platform.test-helper.ts'
import { logSources } from './log-intake.ts'
import { hostPlatform } from './platform.ts'
import type { Platform } from './platform.ts'
import type { LogSource, TaskState } from './types.ts'

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

/** What goes wrong after `cut`: the stream ends cleanly there, and all else works. */
export const faults = ['cut', 'reset', 'stall', '500', '429', '204', 'html 502', 'html 200', 'refused GETs'] as const
export type Fault = (typeof faults)[number]

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

interface Answer {
  status: number
  type?: string
  body: Buffer | string
  finish?: 'end' | 'reset' | 'stall'
}

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
  const client = createClient(
    {
      baseUrl: `${origin ?? 'https://memory.test'}/${id}`,
      format: wire.isNdjson ? 'ndjson' : 'sse',
      maxStreams: Infinity,
      idleTimeoutMs: 45_000,
      fetch: origin ? fetch : fetchInMemory,
    },
    origin ? quick : jumpingPlatform(),
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

/** A page instead of a stream is an error, not retried, and what was known stays; unless the GET before it had the end. */
export function endsWithPage(whole: End, { state, logs }: End): boolean {
  if (state.status !== 'error') return sameEnd(whole, { state, logs })
  const isKnown = logSources.every((source) => {
    const lines = logs[source] ?? []
    const all = whole.logs[source] ?? []
    return lines.every((line, at) => (at < lines.length - 1 ? line === all[at] : all[at]?.startsWith(line)))
  })
  return isKnown && /web page/.test(state.error ?? '')
}

export function sameEnd(whole: End, end: End): boolean {
  return JSON.stringify(end) === JSON.stringify(whole)
}

/** The offsets of `offsets` at which the check fails, with what was found there. */
export async function failuresAt(
  offsets: Iterable<number>,
  follow: (offset: number) => Promise<End>,
  isRight: (end: End) => boolean,
  atOnce: number,
): Promise<{ offset: number; end: unknown }[]> {
  const failures: { offset: number; end: unknown }[] = []
  const queue = offsets[Symbol.iterator]()
  const work = async () => {
    for (let next = queue.next(); !next.done; next = queue.next()) {
      const offset = next.value
      // oxlint-disable-next-line no-await-in-loop -- as many at once as there are workers
      const end = await follow(offset).catch((error: unknown) => ({ error }))
      if ('error' in end || !isRight(end)) failures.push({ offset, end })
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
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
  if (plan.fault === 'refused GETs' && plan.gets <= 2) return { status: 200, body: '', finish: 'reset' }
  // Who only asks sees the task go on as well.
  if (plan.connects > 1) plan.position = Math.min(plan.position + 1, wire.records.length - 1)
  return json(200, { data: wire.task(plan.position) })
}

function serveStream(plan: Plan, lastEventId: string | null): Answer {
  const { fault, wire } = plan
  plan.connects++
  if (plan.connects === 2) {
    if (fault === '500') return json(500, { detail: 'Oops.' })
    if (fault === '429') return json(429, { detail: 'Slow.' })
    if (fault === '204') return { status: 204, body: '' }
    if (fault === 'html 502') return { status: 502, type: 'text/html', body: '<html>Bad gateway' }
    if (fault === 'html 200') return { status: 200, type: 'text/html', body: '<html>Welcome' }
  }
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
  const finish = fault === 'reset' || fault === 'stall' ? fault : 'end'
  return { status: 200, type, body: bytes.subarray(0, plan.at), finish }
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

function json(status: number, body: object): Answer {
  return { status, type: 'application/json', body: JSON.stringify(body) }
}

const fetchInMemory: typeof fetch = async (input, init) => {
  const lastEventId = new Headers(init?.headers).get('last-event-id')
  const {
    status,
    type,
    body,
    finish = 'end',
  } = serve(input instanceof Request ? input.url : input.toString(), lastEventId)
  if (finish === 'reset' && body.length === 0) throw new TypeError('fetch failed')
  const bytes = new ReadableStream<Uint8Array>({
    start(controller) {
      if (body.length > 0) controller.enqueue(new Uint8Array(Buffer.from(body)))
      if (finish === 'end') controller.close()
      if (finish === 'stall') init?.signal?.addEventListener('abort', () => controller.error(init.signal?.reason))
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
  if (finish === 'end') response.end(body)
  else response.write(body, () => finish === 'reset' && response.destroy())
}

/** Real time, a hundred times as fast. */
const startedAt = Date.now()
const quick: Platform = {
  ...hostPlatform,
  now: () => startedAt + (Date.now() - startedAt) * 100,
  setTimeout: (callback, delay) => hostPlatform.setTimeout(callback, delay / 100),
}

import { createClient } from '../src/client/client.ts'
// Preloaded, so that tests do not wait for the modules that the client loads on demand.
import '../src/http/http-error.ts'
import '../src/http/requests.ts'
import '../src/http/redact.ts'
import '../src/http/request-input.ts'
import '../src/transports/http/connect-task.ts'
import '../src/wire/ndjson.ts'
import '../src/client/run-many.ts'
import '../src/task/task-stream.ts'
import { manualPlatform, settled } from './manual-platform.ts'
import type { InferenceOptions } from '../src/core/types.ts'

export interface SeenRequest {
  method: string
  path: string
  url: string
  headers: Headers
  body: unknown
  signal: AbortSignal | undefined
}

/** A stream that the test writes to. */
export interface OpenStream {
  readonly request: SeenRequest
  /** Sends objects in the stream's format, and strings as raw text. */
  send(...records: (object | string)[]): Promise<void>
  end(): Promise<void>
  /** Breaks the stream like a connection reset. */
  break(): Promise<void>
  readonly cancelled: boolean
}

/** Each service has its own origin, because streams are counted per origin. */
let services = 0

export type Answer = Response | Promise<Response> | 'refused' | 'stream' | 'hangs'

/**
 * A fake service behind `fetch`: POST /apps/run starts task `t1`, GET returns `task`, and each stream is the next item of
 * `streams`, or else one that the test writes to.
 */
export function fakeService(options: InferenceOptions = {}) {
  const platform = manualPlatform()
  const requests: SeenRequest[] = []
  const open: OpenStream[] = []
  const service = {
    platform,
    requests,
    open,
    /** Responses to the next stream requests; after them, streams that stay open. */
    streams: [] as Answer[],
    /** Responses to the next GETs of the task; after them, `task`. */
    gets: [] as Answer[],
    /** Responses to the next GETs of the status; after them, that of `task`. */
    statuses: [] as Answer[],
    posts: [] as Answer[],
    cancels: [] as Answer[],
    task: { id: 't1', status: 7, input: {}, output: null, logs: [] } as object,
    logs: { task_id: 't1', logs: [] } as object | Response,
    settled,
    get stream() {
      return open.at(-1)!
    },
    /** The number of requests whose `METHOD /path` starts with `prefix`. */
    paths: (prefix: string) => requests.filter(({ method, path }) => `${method} ${path}`.startsWith(prefix)).length,
    client: createClient({ baseUrl: `https://api-${++services}.test`, fetch: serve, ...options }, platform),
  }

  async function serve(input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> {
    const url = new URL(input instanceof Request ? input.url : input)
    const signal = init.signal ?? undefined
    const request: SeenRequest = {
      method: init.method ?? 'GET',
      path: url.pathname,
      url: url.href,
      headers: new Headers(init.headers),
      body: typeof init.body === 'string' ? JSON.parse(init.body) : undefined,
      signal,
    }
    requests.push(request)
    if (request.path === '/apps/run')
      return answer(request, service.posts.shift() ?? json({ data: { id: 't1', status: 1, status_text: '' } }))
    if (request.path.endsWith('/cancel')) return answer(request, service.cancels.shift() ?? json({ data: null }))
    if (request.path.endsWith('/stream')) return answer(request, service.streams.shift() ?? 'stream')
    if (request.path.endsWith('/logs'))
      return service.logs instanceof Response ? service.logs.clone() : json({ data: service.logs })
    if (request.path.endsWith('/status')) {
      const refusal = service.statuses.shift()
      if (refusal) return answer(request, refusal)
      const names = ['id', 'status', 'status_text', 'updated_at']
      return json({ data: Object.fromEntries(names.map((name) => [name, Reflect.get(service.task, name)])) })
    }
    return answer(request, service.gets.shift() ?? json({ data: service.task, messages: [] }))
  }

  async function answer(request: SeenRequest, reply: Answer): Promise<Response> {
    const { signal } = request
    if (reply === 'refused') throw new TypeError('fetch failed')
    if (reply === 'hangs') {
      return new Promise((_, reject) =>
        signal?.addEventListener('abort', () => reject(new DOMException('Aborted', 'AbortError'))),
      )
    }
    return reply === 'stream' ? openStream(request) : reply
  }

  function openStream(request: SeenRequest): Response {
    const isNdjson = request.headers.get('accept') === 'application/x-ndjson'
    let cancelled = false
    let controller: ReadableStreamDefaultController<Uint8Array>
    const body = new ReadableStream<Uint8Array>({
      start: (started) => {
        controller = started
      },
      cancel: () => {
        cancelled = true
      },
    })
    request.signal?.addEventListener('abort', () => {
      cancelled = true
      try {
        controller.error(new DOMException('Aborted', 'AbortError'))
      } catch {
        // The stream is closed already.
      }
    })
    open.push({
      request,
      get cancelled() {
        return cancelled
      },
      async send(...records) {
        const texts = records.map((record) =>
          typeof record === 'string' ? record : isNdjson ? ndjson(record) : sse(record),
        )
        controller.enqueue(new TextEncoder().encode(texts.join('')))
        await settled()
      },
      async end() {
        controller.close()
        await settled()
      },
      async break() {
        controller.error(new TypeError('terminated'))
        await settled()
      },
    })
    return new Response(body, { headers: { 'content-type': isNdjson ? 'application/x-ndjson' : 'text/event-stream' } })
  }

  return service
}

export function json(body: object, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } })
}

export function problem(
  status: number,
  detail: string,
  more: object = {},
  headers: Record<string, string> = {},
): Response {
  return json({ type: 'about:blank', title: 'Problem', status, detail, ...more }, status, headers)
}

export const sse = (record: object, id?: string | number) =>
  `${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(record)}\n\n`
export const ndjson = (record: object) => `${JSON.stringify(record)}\n`

/** A partial record of task t1. */
export const partial = (data: object) => ({ data: { id: 't1', ...data }, fields: Object.keys(data) })

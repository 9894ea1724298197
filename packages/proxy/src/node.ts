import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import type { ProxyOptions } from './options.ts'
import { problem } from './problem.ts'
import { createProxy } from './proxy.ts'
import { consumed } from './request-body.ts'

/**
 * The proxy as a Node request listener, for `http.createServer`, Express, Connect, Vite, Fastify and Next's Pages Router.
 * It answers every request that reaches it, so mount it under the path that the client's `proxyUrl` names.
 * Behind a body parser it sends `request.body` again.
 * @throws TypeError or RangeError for an option that makes no sense.
 */
export function createNodeHandler(
  options: ProxyOptions = {},
): (request: IncomingMessage, response: ServerResponse, next?: (error?: unknown) => void) => void {
  const proxy = createProxy(options)
  const handle = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const gone = new AbortController()
    outgoing.once('close', () => gone.abort())
    try {
      const request = requestOf(incoming, gone.signal)
      const response = request instanceof Response ? request : await proxy(request)
      await send(response, incoming, outgoing)
    } catch {
      outgoing.destroy()
    }
  }
  // oxlint-disable-next-line typescript/no-misused-promises -- it never rejects, and Next's Pages Router waits for it
  return handle
}

function requestOf(incoming: IncomingMessage, signal: AbortSignal): Request | Response {
  const { method = 'GET', url = '/' } = incoming
  // No Request can be made of these.
  if (/^(CONNECT|TRACE|TRACK)$/i.test(method)) return problem(405, `${method} is not served here.`)
  const host = incoming.headers.host ?? String(incoming.headers[':authority'] ?? 'localhost')
  if (!/^[\w.:[\]-]+$/.test(host)) return problem(400, 'The Host header is malformed.')
  try {
    const headers = new Headers({ host })
    for (const [name, value] of Object.entries(incoming.headers)) {
      if (value === undefined || name === 'host' || name.startsWith(':')) continue
      headers.set(name, Array.isArray(value) ? value.join(', ') : value)
    }
    const body = method === 'GET' || method === 'HEAD' ? null : bodyOf(incoming)
    if (body instanceof Response) return body
    // Not `new URL(url, base)`: for `//other.example/` that would be another host.
    const address = url.startsWith('/') ? `http://${host}${url}` : url
    // `duplex` is missing in TypeScript's DOM library.
    const init: RequestInit & { duplex: 'half' } = { method, headers, body, signal, duplex: 'half' }
    return new Request(address, init)
  } catch {
    return problem(400, 'The request cannot be read.')
  }
}

/** What is left of the body: the bytes, or what a parser made of them. */
function bodyOf(incoming: IncomingMessage): BodyInit | null | Response {
  const length = incoming.headers['content-length']
  const hasBody = incoming.headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0')
  if (!Readable.isDisturbed(incoming)) return hasBody || incoming.httpVersionMajor > 1 ? streamOf(incoming) : null
  const parsed: unknown = Reflect.get(incoming, 'body')
  if (typeof parsed === 'string' || parsed instanceof Uint8Array) return new Uint8Array(Buffer.from(parsed))
  if (parsed !== undefined) return JSON.stringify(parsed)
  return hasBody ? consumed() : null
}

/** Read on demand; a body that is not wanted to its end is left to Node, which throws it away. */
function streamOf(incoming: IncomingMessage): ReadableStream<Uint8Array> {
  const chunks = incoming.iterator({ destroyOnReturn: false })
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = (await chunks.next()) as IteratorResult<Uint8Array>
        if (done) controller.close()
        else controller.enqueue(value)
      },
    },
    { highWaterMark: 0 },
  )
}

async function send(response: Response, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const headers: Record<string, string | string[]> = Object.fromEntries(response.headers)
  const cookies = response.headers.getSetCookie()
  if (cookies.length > 0) headers['set-cookie'] = cookies
  // What is left of a refused body would have to be read before the next request.
  if (!incoming.complete && incoming.httpVersionMajor === 1) headers['connection'] = 'close'
  outgoing.writeHead(response.status, headers)
  if (response.body === null || incoming.method === 'HEAD') {
    outgoing.end()
    return
  }
  outgoing.flushHeaders()
  const reader = response.body.getReader()
  const leave = () => void reader.cancel().catch(() => {})
  outgoing.once('close', leave)
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    if (outgoing.destroyed) return
    if (!outgoing.write(next.value)) await drained(outgoing)
  }
  outgoing.off('close', leave)
  outgoing.end()
}

/** Resolves when the browser has taken what was written, or has gone. */
function drained(outgoing: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      outgoing.off('drain', go)
      outgoing.off('close', go)
      resolve()
    }
    outgoing.once('drain', go)
    outgoing.once('close', go)
  })
}

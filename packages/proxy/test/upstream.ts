// A service that counts what reaches it, and the two ways to reach it through the proxy.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingHttpHeaders, IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import { createProxy, type ProxyOptions } from '../src/index.ts'
import { createNodeHandler } from '../src/node.ts'

/** In no answer, error or log. */
export const canary = 'inf_canary_7f3a9c'

export interface Call {
  method: string
  url: string
  headers: IncomingHttpHeaders
  body: string
}

/** Calls what ends something, when its time has come: `afterAll` or, by default, `onTestFinished`. */
export type Cleanup = (close: () => void) => unknown

/** Listens on a free port. */
export async function serve(listener: RequestListener | Server, cleanup: Cleanup = onTestFinished): Promise<string> {
  const server = typeof listener === 'function' ? createServer(listener) : listener
  if (!server.listening) await once(server.listen(0, '127.0.0.1'), 'listening')
  cleanup(() => {
    server.closeAllConnections()
    server.close()
  })
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a server that listens on a port has one
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const json = (_: IncomingMessage, response: ServerResponse) => {
  response.writeHead(200, { 'content-type': 'application/json' }).end('{"data":{}}')
}

/** `calls` are the requests that reached it, whole. */
export async function serveUpstream(
  listener: (request: IncomingMessage, response: ServerResponse) => void = json,
  cleanup?: Cleanup,
): Promise<{ url: string; calls: Call[] }> {
  const calls: Call[] = []
  const read = async (request: IncomingMessage, response: ServerResponse) => {
    const call: Call = { method: request.method ?? '', url: request.url ?? '', headers: request.headers, body: '' }
    calls.push(call)
    for await (const chunk of request) call.body += String(chunk)
    listener(request, response)
  }
  const url = await serve((request, response) => void read(request, response), cleanup)
  return { url, calls }
}

export interface Attempt {
  method?: string
  /** The request target as it stands in the request line. */
  path?: string
  headers?: Record<string, string>
  body?: string | Uint8Array<ArrayBuffer>
  /** Over the bare socket: hang up without waiting for an answer. */
  isOnlyWritten?: boolean
}

export interface Answer {
  status: number
  headers: Headers
  text: string
}

/** Undefined where the mount cannot be asked that: a `Request` of TRACE, for one, cannot be made. */
export type Mount = (attempt: Attempt) => Promise<Answer | undefined>

export const host = 'app.example'

export function fetchMount(options: ProxyOptions): Mount {
  const proxy = createProxy({ apiKey: canary, ...options })
  return async ({ method = 'GET', path = '/api/inference/proxy', headers = {}, body }) => {
    let request: Request
    try {
      const all = { ...(headers['host'] === undefined ? { host } : {}), ...headers }
      request = new Request(`http://${all.host}${path}`, { method, headers: all, body: body ?? null })
    } catch {
      return undefined
    }
    const response = await proxy(request)
    return { status: response.status, headers: response.headers, text: await response.text() }
  }
}

/** Over a bare socket, since clients would repair what an attacker writes. */
export async function nodeMount(options: ProxyOptions, cleanup?: Cleanup): Promise<Mount> {
  const handler = createNodeHandler({ apiKey: canary, ...options })
  const url = new URL(await serve((request, response) => handler(request, response), cleanup))
  return async ({ method = 'GET', path = '/api/inference/proxy', headers = {}, body = '', isOnlyWritten = false }) => {
    const length = Buffer.byteLength(body)
    const all = {
      ...(headers['host'] === undefined ? { host } : {}),
      ...headers,
      ...(length > 0 && headers['content-length'] === undefined ? { 'content-length': String(length) } : {}),
      connection: 'close',
    }
    const head = [`${method} ${path} HTTP/1.1`, ...Object.entries(all).map(([name, value]) => `${name}: ${value}`)]
    const bytes = [
      Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'),
      typeof body === 'string' ? Buffer.from(body) : body,
    ]
    const raw = await exchange(Number(url.port), Buffer.concat(bytes), isOnlyWritten)
    return parse(raw)
  }
}

function exchange(port: number, bytes: Buffer, isOnlyWritten: boolean): Promise<string> {
  return new Promise((resolve) => {
    let answer = ''
    const socket = connect(port, '127.0.0.1')
    socket.setEncoding('latin1')
    socket.on('data', (chunk) => (answer += String(chunk)))
    // A server may close while the request is still being written.
    socket.on('error', () => {})
    socket.on('close', () => resolve(answer))
    if (isOnlyWritten) socket.end(bytes)
    else socket.write(bytes)
  })
}

function parse(raw: string): Answer {
  const [head = '', ...rest] = raw.split('\r\n\r\n')
  const [line = '', ...lines] = head.split('\r\n')
  const headers = new Headers()
  for (const one of lines) {
    const at = one.indexOf(':')
    headers.append(one.slice(0, at), one.slice(at + 1).trim())
  }
  const body = rest.join('\r\n\r\n')
  return { status: Number(line.split(' ')[1]), headers, text: headers.get('transfer-encoding') ? joined(body) : body }
}

/** A chunked body without its coding. The text is one character a byte. */
function joined(body: string): string {
  let text = ''
  for (let at = 0; at < body.length;) {
    const end = body.indexOf('\r\n', at)
    const length = Number.parseInt(body.slice(at, end), 16)
    if (!(length > 0)) break
    text += body.slice(end + 2, end + 2 + length)
    at = end + 2 + length + 2
  }
  return text
}

import type { IncomingMessage, ServerResponse } from 'node:http'
import { Writable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { problem } from './problem.ts'
import { createProxy, type ProxyOptions } from './proxy.ts'

/**
 * The proxy as a Node request listener, also usable as Connect middleware (Vite, `http.createServer`).
 * It answers every request that reaches it: mount it under the path that the client's `proxyUrl` names.
 */
export function createNodeHandler(
  options: ProxyOptions = {},
): (request: IncomingMessage, response: ServerResponse, next?: () => void) => void {
  const proxy = createProxy(options)
  return (incoming, outgoing) => {
    const gone = new AbortController()
    outgoing.once('close', () => gone.abort())
    void answer(incoming, gone.signal)
      .then((request) => (request instanceof Response ? request : proxy(request)))
      .then((response) => send(response, outgoing))
      .catch(() => outgoing.destroy())
  }
}

async function answer(incoming: IncomingMessage, signal: AbortSignal): Promise<Request | Response> {
  const headers = new Headers()
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined && !name.startsWith(':')) headers.set(name, Array.isArray(value) ? value.join(', ') : value)
  }
  const method = incoming.method ?? 'GET'
  const host = incoming.headers.host ?? 'localhost'
  try {
    const body = method === 'GET' || method === 'HEAD' ? null : new Uint8Array(await buffer(incoming))
    return new Request(new URL(incoming.url ?? '/', `http://${host}`), { method, headers, body, signal })
  } catch {
    return problem(400, 'The request cannot be read.')
  }
}

async function send(response: Response, outgoing: ServerResponse): Promise<void> {
  outgoing.writeHead(response.status, Object.fromEntries(response.headers))
  if (!response.body) {
    outgoing.end()
    return
  }
  outgoing.flushHeaders()
  await response.body.pipeTo(Writable.toWeb(outgoing))
}

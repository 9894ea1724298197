import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Connect, Plugin } from 'vite'

/** Bytes that a slow line carries at once. */
const piece = 256

/** The way between the page and the proxy. It can be cut, and streams on it can be slowed down. */
export class Line {
  readonly #open = new Set<ServerResponse>()
  #cutUntil = 0
  #bytesPerSecond = Infinity

  /** Resets every connection on it, and every new one for `ms`. */
  cut(ms: number): void {
    this.#cutUntil = Date.now() + ms
    for (const answer of this.#open) answer.destroy()
  }

  /** How fast each stream's bytes arrive; `null` for as fast as they are. */
  slow(bytesPerSecond: number | null): void {
    this.#bytesPerSecond = bytesPerSecond ?? Infinity
  }

  get bytesPerSecond(): number | null {
    return this.#bytesPerSecond === Infinity ? null : this.#bytesPerSecond
  }

  readonly carry: Connect.NextHandleFunction = (request, answer, next) => {
    if (Date.now() < this.#cutUntil) {
      request.socket.destroy()
      return
    }
    this.#open.add(answer)
    answer.once('close', () => this.#open.delete(answer))
    if (request.url?.includes('/stream') || request.headers['x-inf-target-url']?.includes('/stream')) this.#pace(answer)
    next()
  }

  /** Hands the bytes of a stream on at the line's speed. The proxy waits for `drain` meanwhile. */
  #pace(answer: ServerResponse): void {
    const write = answer.write.bind(answer)
    const end = answer.end.bind(answer)
    let sent = Promise.resolve()
    const send = async (bytes: Uint8Array) => {
      for (let at = 0; at < bytes.length; at += piece) {
        if (this.#bytesPerSecond === Infinity) {
          write(bytes.subarray(at))
          break
        }
        write(bytes.subarray(at, at + piece))
        await new Promise((resolve) => setTimeout(resolve, (piece / this.#bytesPerSecond) * 1_000))
        if (answer.destroyed) return
      }
      answer.emit('drain')
    }
    answer.write = (chunk: Uint8Array | string) => {
      sent = sent.then(() => send(typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk))
      return false
    }
    answer.end = () => {
      sent = sent.then(() => void end())
      return answer
    }
  }
}

/** `GET /api/line` answers with its speed; `POST` takes `{ "cut": ms }` or `{ "bytesPerSecond": number | null }`. */
export function lineControl(line: Line): Connect.NextHandleFunction {
  return (request, answer) => {
    if (request.method === 'GET') {
      answer.writeHead(200, { 'content-type': 'application/json' })
      answer.end(JSON.stringify({ bytesPerSecond: line.bytesPerSecond }))
      return undefined
    }
    // A page of another site cannot send this content type without being asked first.
    const isOwn = request.method === 'POST' && request.headers['content-type'] === 'application/json'
    if (!isOwn) return refuse(answer, 'POST JSON: { "cut": ms } or { "bytesPerSecond": number }.')
    const obey = async () => {
      const body = await bodyOf(request)
      if (typeof body['cut'] === 'number') line.cut(Math.min(body['cut'], 60_000))
      if ('bytesPerSecond' in body) {
        const { bytesPerSecond } = body
        line.slow(typeof bytesPerSecond === 'number' && bytesPerSecond > 0 ? bytesPerSecond : null)
      }
      answer.writeHead(204).end()
    }
    void obey()
  }
}

function refuse(answer: ServerResponse, detail: string): void {
  answer.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify({ detail }))
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  try {
    const body: unknown = JSON.parse(text)
    return typeof body === 'object' && body !== null ? { ...body } : {}
  } catch {
    return {}
  }
}

/** Mounts the proxy at the client's default path, behind a line that the page can cut. The key never reaches the page. */
export function inferenceProxy(proxy: (request: IncomingMessage, answer: ServerResponse) => void): Plugin {
  return {
    name: 'inference-proxy',
    configureServer(server) {
      const line = new Line()
      server.middlewares.use('/api/line', lineControl(line))
      server.middlewares.use('/api/inference', line.carry)
      server.middlewares.use('/api/inference', proxy)
    },
  }
}

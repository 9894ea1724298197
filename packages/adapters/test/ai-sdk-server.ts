// A route as apps with the AI SDK have it, made by that SDK: streams are kept from their beginning, and a route of the app stops a run.
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { createUIMessageStream, createUIMessageStreamResponse } from 'ai'
import type { UIMessage, UIMessageStreamWriter } from 'ai'
import type { Script, Step } from './wire.ts'

export interface AiSdkServer {
  /** `{url}/chat` is the route, `{url}/chat/{id}/stop` stops a run. */
  readonly url: string
  readonly starts: number
  forget(chatId: string): void
  close(): Promise<void>
}

class KeptStream {
  readonly stopped = new AbortController()
  readonly #chunks: Uint8Array[] = []
  readonly #readers = new Set<ReadableStreamDefaultController<Uint8Array>>()
  #isClosed = false

  async fill(stream: ReadableStream<string>): Promise<void> {
    const reader = stream.pipeThrough(new TextEncoderStream()).getReader()
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      this.#chunks.push(value)
      for (const one of this.#readers) one.enqueue(value)
    }
    this.#isClosed = true
    for (const one of this.#readers) one.close()
  }

  replay(): ReadableStream<Uint8Array> {
    let own: ReadableStreamDefaultController<Uint8Array>
    return new ReadableStream({
      start: (controller) => {
        own = controller
        for (const chunk of this.#chunks) controller.enqueue(chunk)
        if (this.#isClosed) controller.close()
        else this.#readers.add(controller)
      },
      cancel: () => void this.#readers.delete(own),
    })
  }
}

export async function aiSdkServer(script: Script): Promise<AiSdkServer> {
  const kept = new Map<string, KeptStream>()
  let starts = 0

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    const [, id = '', what] = /^\/chat(?:\/([^/]+)\/(stream|stop))?$/.exec(request.url ?? '') ?? []
    if (request.method === 'POST' && what === undefined) {
      const { id: chatId, messages } = JSON.parse(body) as { id: string; messages: UIMessage[] }
      starts += 1
      const one = new KeptStream()
      kept.set(chatId, one)
      const stream = createUIMessageStream({
        execute: ({ writer }) => play(writer, script, messages, one.stopped.signal),
        onError: (error) => (error instanceof Error ? error.message : String(error)),
      })
      const keep = ({ stream: sse }: { stream: ReadableStream<string> }) => void one.fill(sse)
      return send(createUIMessageStreamResponse({ stream, consumeSseStream: keep }), response)
    }
    if (what === 'stop') kept.get(id)?.stopped.abort()
    const replay = what === 'stream' ? kept.get(id)?.replay() : undefined
    if (!replay) return send(new Response(null, { status: 204 }), response)
    return send(new Response(replay, { headers: { 'content-type': 'text/event-stream' } }), response)
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get starts() {
      return starts
    },
    forget: (chatId) => void kept.delete(chatId),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function send({ status, headers, body }: Response, response: ServerResponse): Promise<void> {
  response.writeHead(status, Object.fromEntries(headers))
  response.flushHeaders()
  if (!body) {
    response.end()
    return
  }
  const stream = Readable.fromWeb(body as Parameters<typeof Readable.fromWeb>[0])
  response.on('close', () => stream.destroy())
  stream.on('error', () => response.destroy())
  stream.pipe(response)
}

async function play(
  writer: UIMessageStreamWriter,
  script: Script,
  messages: readonly UIMessage[],
  signal: AbortSignal,
): Promise<void> {
  const isCancelled = new Promise<'cancelled'>((resolve) =>
    signal.addEventListener('abort', () => resolve('cancelled')),
  )
  const steps = script({ input: messages, cancelled: signal })[Symbol.asyncIterator]()
  writer.write({ type: 'start' })
  let hasText = false
  for (;;) {
    const next = await Promise.race([steps.next(), isCancelled])
    if (next === 'cancelled') {
      writer.write({ type: 'abort' })
      return
    }
    if (next.done) break
    if ('text' in next.value && !hasText) {
      hasText = true
      writer.write({ type: 'text-start', id: 'text-1' })
    }
    step(writer, next.value)
  }
  if (hasText) writer.write({ type: 'text-end', id: 'text-1' })
  writer.write({ type: 'finish' })
}

function step(writer: UIMessageStreamWriter, one: Step): void {
  if ('status' in one) writer.write({ type: 'data-status', data: one.status })
  else if ('text' in one) writer.write({ type: 'text-delta', id: 'text-1', delta: one.text })
  else if ('log' in one) writer.write({ type: 'data-log', data: one.log })
  else if ('progress' in one) writer.write({ type: 'data-progress', id: 'progress', data: one.progress })
  else throw new Error(one.fail)
}

// The Responses API with `background` and `stream`, as far as a client of it can tell. Checked by the official client (openai).
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Script, Step } from './wire.ts'

interface Run {
  readonly response: Record<string, unknown> & { id: string; status: string; output: unknown[] }
  readonly events: string[]
  readonly followers: Set<ServerResponse>
  readonly cancelled: AbortController
  text: string
}

export interface ResponsesServer {
  readonly url: string
  readonly starts: number
  /** Bodies of the requests that started a run. */
  readonly bodies: Record<string, unknown>[]
  /** Events beside those of the script, as they are. */
  send(id: string, event: object): void
  forget(id: string): void
  close(): Promise<void>
}

const ended = new Set(['completed', 'failed', 'cancelled', 'incomplete'])

export async function responsesServer(script: Script): Promise<ResponsesServer> {
  const runs = new Map<string, Run>()
  const bodies: Record<string, unknown>[] = []

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', 'http://localhost')
    let body = ''
    for await (const chunk of request) body += String(chunk)
    if (url.pathname === '/v1/responses' && request.method === 'POST') {
      const given = JSON.parse(body) as Record<string, unknown>
      bodies.push(given)
      const run = newRun(`resp_${bodies.length}`, given)
      runs.set(run.response.id, run)
      say(run, 'response.created', { response: { ...run.response } })
      void play(run, script, given['input'])
      follow(run, -1, response)
      return
    }
    const [, id = '', what] = /^\/v1\/responses\/([^/]+)(?:\/(cancel))?$/.exec(url.pathname) ?? []
    const run = runs.get(id)
    if (!run) return refuse(response, 404, `Response with id '${id}' not found.`)
    if (what === 'cancel') {
      if (run.response.status === 'completed') return refuse(response, 400, 'Cannot cancel a completed response.')
      run.cancelled.abort()
      await new Promise((resolve) => setImmediate(resolve))
      return json(response, 200, run.response)
    }
    if (url.searchParams.get('stream') !== 'true') return json(response, 200, run.response)
    return follow(run, Number(url.searchParams.get('starting_after') ?? -1), response)
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    bodies,
    get starts() {
      return bodies.length
    },
    send(id, event) {
      const run = runs.get(id)
      if (run) write(run, `data: ${JSON.stringify(event)}\n\n`)
    },
    forget: (id) => void runs.delete(id),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function newRun(id: string, { model }: Record<string, unknown>): Run {
  const response = {
    id,
    object: 'response',
    created_at: 1,
    status: 'queued',
    background: true,
    error: null,
    incomplete_details: null,
    model,
    output: [],
    parallel_tool_calls: true,
    tools: [],
  }
  return { response, events: [], followers: new Set(), cancelled: new AbortController(), text: '' }
}

function follow(run: Run, after: number, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' })
  response.flushHeaders()
  for (const event of run.events.slice(after + 1)) response.write(event)
  if (ended.has(run.response.status)) response.end()
  else {
    run.followers.add(response)
    response.on('close', () => run.followers.delete(response))
  }
}

function say(run: Run, type: string, fields: object): void {
  const event = { type, sequence_number: run.events.length, ...fields }
  const text = `event: ${type}\ndata: ${JSON.stringify(event)}\n\n`
  run.events.push(text)
  write(run, text)
}

function write(run: Run, text: string): void {
  for (const follower of run.followers) follower.write(text)
}

const place = { item_id: 'msg_1', output_index: 0, content_index: 0 }

const messageOf = ({ text }: Run, status: string) => ({
  type: 'message',
  id: 'msg_1',
  role: 'assistant',
  status,
  content: text === '' ? [] : [{ type: 'output_text', text, annotations: [] }],
})

async function play(run: Run, script: Script, input: unknown): Promise<void> {
  const { signal } = run.cancelled
  const isCancelled = new Promise<'cancelled'>((resolve) =>
    signal.addEventListener('abort', () => resolve('cancelled')),
  )
  const steps = script({ input, cancelled: signal })[Symbol.asyncIterator]()
  for (;;) {
    const next = await Promise.race([steps.next(), isCancelled])
    if (next === 'cancelled') {
      // There is no event for it.
      run.response.status = 'cancelled'
      break
    }
    if (next.done) {
      const isFailed = run.response.status === 'failed'
      if (!isFailed) finish(run, 'completed')
      break
    }
    step(run, next.value)
  }
  for (const follower of run.followers) follower.end()
}

function finish(run: Run, status: string): void {
  if (run.text !== '') {
    say(run, 'response.output_text.done', { ...place, text: run.text })
    say(run, 'response.output_item.done', { output_index: 0, item: messageOf(run, 'completed') })
    run.response.output = [messageOf(run, 'completed')]
  }
  run.response.status = status
  say(run, `response.${status}`, { response: { ...run.response } })
}

function step(run: Run, one: Step): void {
  if ('status' in one) {
    run.response.status = one.status === 'queued' ? 'queued' : 'in_progress'
    say(run, `response.${run.response.status}`, { response: { ...run.response } })
  } else if ('text' in one) {
    if (run.text === '')
      say(run, 'response.output_item.added', { output_index: 0, item: messageOf(run, 'in_progress') })
    run.text += one.text
    say(run, 'response.output_text.delta', { ...place, delta: one.text, logprobs: [] })
  } else if ('fail' in one) {
    run.response['error'] = { code: 'server_error', message: one.fail }
    finish(run, 'failed')
  }
}

function json(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
}

function refuse(response: ServerResponse, status: number, message: string): void {
  json(response, status, { error: { message, type: 'invalid_request_error', param: null, code: null } })
}

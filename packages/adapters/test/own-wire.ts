// The wire of inference.sh (protocol §4, §5), so that the table says the same of it as of every other.
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Script, Step, Wire } from './wire.ts'

interface Task {
  id: string
  status: number
  output: unknown
  error: string | null
  progress: unknown
  logs: { log_type: number; content: string }[]
  updated_at: string
}

interface Run {
  readonly task: Task
  /** SSE events with their ids, the snapshot first. */
  readonly events: string[]
  readonly followers: Set<ServerResponse>
  readonly cancelled: AbortController
  lines: number
  text: string
}

const codes = { received: 1, queued: 2, running: 7, cancelled: 12, completed: 10, failed: 11 } as const

export const ownWire: Wire = {
  name: 'inference.sh',
  promises: { resume: 'cursor', cancel: true, logs: true },
  stop: 'yes',
  carries: { queued: true, logs: true, progress: true, text: true },
  isNumbered: true,
  outputOf: (text) => ({ response: text }),
  async serve(script) {
    const runs = new Map<string, Run>()
    const server = createServer((request, response) => {
      answer(request, response, runs, script).catch(() => response.destroy())
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    return {
      options: (fetch) => ({ baseUrl: `http://127.0.0.1:${port}`, fetch, maxStreams: 1_000 }),
      get starts() {
        return runs.size
      },
      forget(taskId) {
        for (const follower of runs.get(taskId)?.followers ?? []) follower.destroy()
        runs.delete(taskId)
        runs.set(`forgotten ${taskId}`, newRun(taskId))
      },
      close: () =>
        new Promise((resolve) => {
          server.close(() => resolve())
          server.closeAllConnections()
        }),
    }
  },
}

function newRun(id: string): Run {
  const task: Task = { id, status: codes.received, output: null, error: null, progress: null, logs: [], updated_at: '' }
  return { task, events: [], followers: new Set(), cancelled: new AbortController(), lines: 0, text: '' }
}

async function answer(request: IncomingMessage, response: ServerResponse, runs: Map<string, Run>, script: Script) {
  const path = request.url?.split('?')[0] ?? ''
  let body = ''
  for await (const chunk of request) body += String(chunk)
  if (path === '/apps/run') {
    const run = newRun(`t${runs.size + 1}`)
    runs.set(run.task.id, run)
    void play(run, script, body === '' ? {} : (JSON.parse(body) as { input?: unknown }))
    return json(response, 200, run.task)
  }
  const [, id = '', what = ''] = /^\/tasks\/([^/]+)(?:\/(\w+))?$/.exec(path) ?? []
  const run = runs.get(id)
  if (!run) return json(response, 404, { detail: 'No such task.' })
  if (what === 'cancel') {
    run.cancelled.abort()
    return json(response, 200, null)
  }
  if (what === 'stream') return follow(run, Number(request.headers['last-event-id'] ?? 0), response)
  if (what === 'logs') return json(response, 200, { task_id: id, logs: run.task.logs })
  return json(response, 200, run.task)
}

function follow(run: Run, after: number, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  if (after === 0) response.write(`id: ${run.events.length}\ndata: ${JSON.stringify(run.task)}\n\n`)
  else for (const event of run.events.slice(after)) response.write(event)
  if (run.task.status >= codes.completed) response.end()
  else {
    response.flushHeaders()
    run.followers.add(response)
    response.on('close', () => run.followers.delete(response))
  }
}

async function play(run: Run, script: Script, { input }: { input?: unknown }): Promise<void> {
  const { signal } = run.cancelled
  const isCancelled = new Promise<'cancelled'>((resolve) =>
    signal.addEventListener('abort', () => resolve('cancelled'), { once: true }),
  )
  const steps = script({ input, cancelled: signal })[Symbol.asyncIterator]()
  for (;;) {
    const next = await Promise.race([steps.next(), isCancelled])
    if (next === 'cancelled') {
      say(run, { status: codes.cancelled })
      break
    }
    if (next.done) {
      say(run, { status: codes.completed, output: { response: run.text } })
      break
    }
    step(run, next.value)
    if ('fail' in next.value) break
  }
  for (const follower of run.followers) follower.end()
}

function step(run: Run, one: Step): void {
  if ('status' in one) say(run, { status: codes[one.status] })
  else if ('text' in one) {
    run.text += one.text
    say(run, { output: { response: run.text } })
  } else if ('progress' in one) say(run, { progress: { current: one.progress, total: 1 } })
  else if ('fail' in one) say(run, { status: codes.failed, error: one.fail })
  else {
    const logs = run.task.logs[0] ?? { log_type: 4, content: '' }
    logs.content = Buffer.from(
      `${Buffer.from(logs.content, 'base64').toString()}${run.lines > 0 ? '\n' : ''}${one.log}`,
    ).toString('base64')
    run.task.logs = [logs]
    send(run, { data: { id: run.task.id, logs: [one.log], log_type: 4, offset: run.lines }, fields: ['logs'] })
    run.lines += 1
  }
}

function say(run: Run, fields: Partial<Task>): void {
  Object.assign(run.task, fields, { updated_at: new Date(Date.UTC(2026, 0, 1) + run.events.length).toISOString() })
  send(run, { data: run.task, fields: Object.keys(fields) })
}

function send(run: Run, record: object): void {
  const event = `id: ${run.events.length + 1}\ndata: ${JSON.stringify(record)}\n\n`
  run.events.push(event)
  for (const follower of run.followers) follower.write(event)
}

function json(response: ServerResponse, status: number, data: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(status < 300 ? { data } : data))
}

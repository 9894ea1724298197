// `…/stream?taskId=`: one task for a browser's native EventSource. The client follows it, so that cuts between here and the
// service cost nothing; a cut between browser and here is resumed from the event id, which counts the lines that were sent.
import { inference, isTerminal } from '@inferstream/client'
import type { LogSource, TaskStream, TaskUpdate } from '@inferstream/client'
import { isStream, passAnswer, streamHeaders } from './answer.ts'
import type { Settings } from './options.ts'
import { askService, type ServiceAnswer } from './service.ts'
import { type Target, targetOf } from './target.ts'

/** Milliseconds that the browser waits before it comes back. */
const retryMs = 1_000
/** The id of the event that ends a run: a reconnect with it has seen everything. */
const endId = 'end'
/** Lines whose source is known; what comes in larger pieces counts as the app's own. */
const knownLines = 10_000

export async function serveEventSource(
  request: Request,
  target: Target,
  settings: Settings,
  onEnd: () => void,
): Promise<Response> {
  const lastEventId = request.headers.get('last-event-id') ?? ''
  if (lastEventId === endId) {
    onEnd()
    return new Response(null, { status: 204 })
  }
  const { apiKey, base, limits } = settings
  const ask = (url: URL, from: Headers, signal: AbortSignal) => {
    const headers = new Headers({ accept: from.get('accept') ?? 'text/event-stream' })
    const position = from.get('last-event-id')
    if (position !== null) headers.set('last-event-id', position)
    return askService({ method: 'GET', url, headers, apiKey, signal, timeout: limits.timeout })
  }

  // The first stream is opened here, so that a refusal is the answer's status.
  const opening = await ask(target.url, new Headers(), request.signal)
  if (opening instanceof Response || !isStream(opening.response)) {
    if (!(opening instanceof Response)) return passAnswer(opening, { method: 'GET', apiKey, onEnd })
    onEnd()
    return opening
  }

  const gate = createGate()
  let onHeartbeat: (() => void) | undefined
  let first: ServiceAnswer | undefined = opening
  const client = inference({
    baseUrl: base.href.replace(/\/$/, ''),
    maxStreams: Infinity,
    async fetch(input, init) {
      const url = new URL(input instanceof Request ? input.url : input)
      const { path } = targetOf(base, url.pathname.slice(base.pathname === '/' ? 0 : base.pathname.length))
      const signal = init?.signal ?? request.signal
      if (path !== target.path) {
        const answer = await ask(url, new Headers(init?.headers), signal)
        // Where there is no stream to pass on, these are the signs of life.
        onHeartbeat?.()
        return answer instanceof Response ? answer : passAnswer(answer, { method: 'GET', apiKey, onEnd: () => {} })
      }
      const answer = first ?? (await ask(url, new Headers(init?.headers), signal))
      first = undefined
      if (answer instanceof Response) return answer
      answer.began()
      return held(answer, gate, signal, () => onHeartbeat?.())
    },
  })
  const task = client.tasks.stream(target.path.split('/')[2] ?? '', { maxLogLines: knownLines })
  const events = eventsOf(task, lastEventId)
  const encoder = new TextEncoder()
  let isOver = false
  let onGone: (() => void) | undefined
  const end = () => {
    if (isOver) return
    isOver = true
    request.signal.removeEventListener('abort', leave)
    task.close()
    opening.abort()
    gate.open()
    onEnd()
  }
  const leave = () => {
    end()
    onGone?.()
  }

  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        controller.enqueue(encoder.encode(`retry: ${retryMs}\n\n`))
        onHeartbeat = () => {
          // None for a reader that has not taken the last one.
          const isWanted = (controller.desiredSize ?? -1) >= 0
          if (!isOver && isWanted) controller.enqueue(encoder.encode(': heartbeat\n\n'))
        }
        onGone = () => controller.error(request.signal.reason)
        if (request.signal.aborted) leave()
        else request.signal.addEventListener('abort', leave, { once: true })
      },
      async pull(controller) {
        gate.open()
        const next = await events.next().catch(() => undefined)
        if (isOver) return
        // Where the run cannot be followed any more the browser reconnects and receives the reason.
        if (!next || next.done) {
          end()
          controller.close()
          return
        }
        controller.enqueue(encoder.encode(next.value))
        if (!isOver) gate.close()
      },
      cancel: end,
    },
    { highWaterMark: 0 },
  )
  return new Response(body, {
    headers: { 'content-type': 'text/event-stream', 'x-content-type-options': 'nosniff', ...streamHeaders },
  })
}

/** What has been passed on of a task's log: an event id. */
class LogPosition {
  readonly #counts: number[]

  constructor(text: string) {
    this.#counts = /^\d{1,15}(\.\d{1,15}){4}$/.test(text) ? text.split('.').map(Number) : sources.map(() => 0)
  }

  get(source: LogSource): number {
    return this.#counts[sources.indexOf(source)] ?? 0
  }

  add(source: LogSource): void {
    const at = sources.indexOf(source)
    this.#counts[at] = (this.#counts[at] ?? 0) + 1
  }

  toString(): string {
    return this.#counts.join('.')
  }
}

const sources: readonly LogSource[] = ['build', 'run', 'serve', 'setup', 'task']

/** The updates as events, several at a time. Sources are counted apart, since their order among each other may change. */
async function* eventsOf(task: TaskStream, lastEventId: string): AsyncGenerator<string, void> {
  const sent = new LogPosition(lastEventId)
  const seen = new LogPosition('')
  let lines = 0
  for await (const batch of task.batches()) {
    let text = ''
    for (const update of batch) {
      const { logs } = task.state
      const fresh: string[] = []
      for (const line of update.logs) {
        const source = logs.entry(lines - logs.dropped)?.source ?? 'task'
        lines++
        seen.add(source)
        if (seen.get(source) <= sent.get(source)) continue
        sent.add(source)
        fresh.push(line)
      }
      text += eventOf({ ...update, logs: fresh }, sent)
    }
    yield text
  }
}

function eventOf(update: TaskUpdate, position: LogPosition): string {
  const id = isTerminal(update.status) ? endId : position.toString()
  return `id: ${id}\ndata: ${JSON.stringify(update)}\n\n`
}

interface Gate {
  open(): void
  close(): void
  /** Resolves to true once it is open, to false after `ms`. */
  isOpenWithin(ms: number): Promise<boolean>
}

/** Closed at first. */
function createGate(): Gate {
  let isOpen = false
  const waiting = new Set<() => void>()
  return {
    open() {
      isOpen = true
      for (const go of waiting) go()
    },
    close() {
      isOpen = false
    },
    isOpenWithin(ms) {
      if (isOpen) return Promise.resolve(true)
      return new Promise((resolve) => {
        const go = () => {
          clearTimeout(timer)
          waiting.delete(go)
          resolve(isOpen)
        }
        const timer = setTimeout(go, ms)
        waiting.add(go)
      })
    },
  }
}

/** Milliseconds; less than the silence after which the client takes a stream for dead. */
const signOfLifeMs = 15_000
const comment = new TextEncoder().encode(':\n\n')

/** A stream that is read only while the gate is open. */
function held({ response, abort }: ServiceAnswer, gate: Gate, signal: AbortSignal, onHeartbeat: () => void): Response {
  const { status, headers, body } = response
  if (body === null) return response
  const reader: ReadableStreamDefaultReader<Uint8Array> = body.getReader()
  const source = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        // The first stream was opened before the client was there, so its signal has to be heard here.
        const leave = () => {
          controller.error(signal.reason)
          abort()
        }
        if (signal.aborted) leave()
        else signal.addEventListener('abort', leave, { once: true })
      },
      async pull(controller) {
        // A browser that reads slowly holds the stream back; that is no sign that the service is gone.
        if (!(await gate.isOpenWithin(signOfLifeMs))) {
          controller.enqueue(comment)
          return
        }
        const { done, value } = await reader.read()
        if (done) controller.close()
        else {
          // A comment.
          if (value[0] === 58) onHeartbeat()
          controller.enqueue(value)
        }
      },
      cancel: async (reason) => reader.cancel(reason).catch(() => {}),
    },
    { highWaterMark: 0 },
  )
  return new Response(source, { status, headers })
}

import { recordingOf, type Recording } from './recordings.ts'
import type { LineControl } from '../service.ts'

/** A run that is being played: all of it follows from when it was started, so that a reload finds it going on. */
interface Played {
  id: string
  app: string
  startedAt: number
  cancelledAt: number | null
}

const key = 'demo:recorded-runs'
const problem = (status: number, detail: string) => Response.json({ status, title: 'Refused', detail }, { status })
const answer = (data: unknown) => Response.json({ data, messages: [] })

/** Answers as the service does, from recorded runs: what a page needs of it where no engine is. */
export function recordedService(): { fetch: typeof fetch; line: LineControl } {
  const runs = new Map(readRuns().map((run) => [run.id, run]))
  const open = new Set<ReadableStreamDefaultController<Uint8Array>>()
  let cutUntil = 0
  let bytesPerSecond = Infinity

  const keep = () => {
    try {
      sessionStorage.setItem(key, JSON.stringify([...runs.values()].slice(-50)))
    } catch {
      // Then a reload does not find them.
    }
  }

  async function respond(
    path: string,
    method: string,
    body: Record<string, unknown>,
    after: number,
    signal?: AbortSignal,
  ) {
    const [, room, ...rest] = path.split('/')
    if (room === 'apps' && rest[0] === 'run') {
      const app = String(body['app']).replace(/@.*$/, '')
      const recording = await recordingOf(app)
      if (!recording) return problem(404, `There is no recorded run of "${app}". npm run demo runs it for real.`)
      const run: Played = { id: crypto.randomUUID(), app, startedAt: Date.now(), cancelledAt: null }
      runs.set(run.id, run)
      keep()
      return answer(stateAt(recording, run, 0))
    }
    if (room === 'apps') {
      const recording = await recordingOf(rest.join('/').replace(/@.*$/, ''))
      return recording ? answer(recording.details) : problem(404, 'There is no recorded run of this app.')
    }
    const run = runs.get(rest[0] ?? '')
    const recording = run && (await recordingOf(run.app))
    if (room !== 'tasks' || !run || !recording) return problem(404, 'This recorded run is gone: each tab has its own.')
    if (rest[1] === 'cancel') {
      run.cancelledAt ??= Date.now()
      keep()
      return answer(null)
    }
    if (rest[1] === 'stream') return stream(recording, run, after, signal)
    if (method === 'DELETE') runs.delete(run.id)
    return answer(stateAt(recording, run, Date.now() - run.startedAt))
  }

  function stream(recording: Recording, run: Played, after: number, signal?: AbortSignal) {
    const encoder = new TextEncoder()
    let position = after
    let timer: ReturnType<typeof setTimeout> | undefined
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        open.add(controller)
        const stop = () => {
          clearTimeout(timer)
          open.delete(controller)
        }
        signal?.addEventListener('abort', stop)
        const next = () => {
          if (!open.has(controller)) return
          const frames = framesOf(recording, run)
          const frame = frames[position]
          if (!frame) {
            stop()
            controller.close()
            return
          }
          const wait = run.startedAt + frame[0] - Date.now()
          if (wait > 0) {
            timer = setTimeout(next, Math.min(wait, 200))
            return
          }
          position += 1
          const bytes = encoder.encode(`id: ${position}\n${frame[1]}\n\n`)
          controller.enqueue(bytes)
          if (bytesPerSecond === Infinity) next()
          else timer = setTimeout(next, (bytes.length / bytesPerSecond) * 1_000)
        }
        next()
      },
    })
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
  }

  return {
    async fetch(input, init) {
      const request = new Request(input, init)
      if (Date.now() < cutUntil) throw new TypeError('The connection is cut.')
      const text = request.method === 'POST' ? await request.text() : ''
      const body: unknown = text === '' ? {} : JSON.parse(text)
      const after = Number(request.headers.get('last-event-id') ?? 0)
      const signal = init?.signal ?? undefined
      return respond(new URL(request.url).pathname, request.method, Object(body), after || 0, signal)
    },
    line: {
      cut(ms) {
        cutUntil = Date.now() + ms
        for (const controller of open) controller.error(new TypeError('The connection is cut.'))
        open.clear()
        return Promise.resolve()
      },
      slow(rate) {
        bytesPerSecond = rate ?? Infinity
        return Promise.resolve()
      },
      isSlow: () => Promise.resolve(bytesPerSecond !== Infinity),
    },
  }
}

/** The events of a run with its own id and times. One that was cancelled ends there. */
function framesOf(recording: Recording, run: Played): readonly (readonly [number, string])[] {
  const { cancelledAt, startedAt } = run
  const cancelAt = cancelledAt === null ? Infinity : cancelledAt - startedAt
  const own = recording.frames.filter(([at]) => at <= cancelAt)
  const all =
    own.length === recording.frames.length
      ? own
      : [...own, [cancelAt, 'data: {"data":{"status":12},"fields":["status"]}'] as const]
  return all.map(([at, event]) => [at, retold(event, recording, run)] as const)
}

/** Times are moved to those of this run. */
function retold(event: string, recording: Recording, { id, startedAt }: Played): string {
  const moved = startedAt - recording.startedAt
  return event
    .replaceAll('recorded-task-id', id)
    .replaceAll(
      /"(\d{4}-\d\d-\d\dT[\d:.]+Z)"/g,
      (_, time: string) => `"${new Date(Date.parse(time) + moved).toISOString()}"`,
    )
}

/** The whole task as of a time: its first event with the changes of the later ones. */
function stateAt(recording: Recording, run: Played, at: number): Record<string, unknown> {
  const state: Record<string, unknown> = {}
  for (const [time, event] of framesOf(recording, run)) {
    if (time > at && state['id'] !== undefined) break
    const data = event
      .split('\n')
      .filter((line) => line.startsWith('data: '))
      .map((line) => line.slice(6))
      .join('\n')
    if (!data.startsWith('{')) continue
    const record: { data?: Record<string, unknown>; fields?: unknown } = JSON.parse(data)
    const change = record.fields === undefined ? record : record.data
    Object.assign(state, change)
  }
  return state
}

function readRuns(): Played[] {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(key) ?? '[]')
    return Array.isArray(kept) ? kept : []
  } catch {
    return []
  }
}

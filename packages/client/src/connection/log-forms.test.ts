// Runs with every form of log, cut repeatedly at random places while requests fail: every line once and in order.
import { expect, it } from 'vitest'
import { createClient } from '../client/client.ts'
// Preloaded, so that runs do not wait for these modules.
import '../http/http-error.ts'
import '../transports/http/connect-task.ts'
import '../task/task-stream.ts'
import '../wire/ndjson.ts'
import { jumpingPlatform } from '../../test/jumping-platform.ts'

const forms = [
  'cumulative records',
  'arrays with offset',
  'arrays in frames with ids',
  'arrays without an offset',
  'arrays without an offset, of few texts',
] as const
type Form = (typeof forms)[number]

const base64 = (lines: readonly string[]) => Buffer.from(lines.map((line) => `${line}\n`).join('')).toString('base64')

/** A pseudo-random generator: the same numbers for the same seed. */
function randomOf(seed: number) {
  let state = seed
  return function below(limit: number): number {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * limit)
  }
}

const json = (data: object) => Response.json({ data })

/** A service whose run advances one step with each record of a stream, and sometimes between two requests. */
function unreliableService(form: Form, isNdjson: boolean, seed: number) {
  const below = randomOf(seed)
  const steps = Array.from({ length: 5 + below(25) }, (_, step) =>
    Array.from({ length: below(4) }, (__, index) =>
      form === 'arrays without an offset, of few texts' ? `tick ${below(3)}` : `line ${step}.${index} ünï😀`,
    ),
  )
  /** The last step that has happened. */
  let at = -1
  let requests = 0
  const linesTo = (step: number) => steps.slice(0, step + 1).flat()
  const logTo = (step: number) => (linesTo(step).length === 0 ? [] : [{ log_type: 4, content: base64(linesTo(step)) }])
  const isCumulative = form === 'cumulative records'
  const hasIds = form === 'arrays in frames with ids'
  const hasOffset = form === 'arrays with offset'

  function stateAt(step: number): object {
    const status = step < 0 ? 2 : step < steps.length ? 7 : 10
    const time = { updated_at: new Date(1.7e12 + step * 1_000).toISOString() }
    return { id: 't1', ...time, status, ...(status === 10 ? { output: { ok: true } } : {}) }
  }

  function frame(data: object, id?: number): string {
    if (isNdjson) return `${JSON.stringify(data)}\n`
    return `${hasIds && id !== undefined && id >= 0 ? `id: ${id}\n` : ''}data: ${JSON.stringify(data)}\n\n`
  }

  function record(step: number): string {
    const logs = isCumulative ? logTo(step) : (steps[step] ?? [])
    const offset = hasOffset ? { offset: linesTo(step - 1).length } : {}
    return frame({ data: { ...stateAt(step), logs, ...offset }, fields: ['status', 'output', 'logs'] }, step)
  }

  const snapshot = () => ({ ...stateAt(at), logs: isCumulative ? logTo(at) : [] })

  /** The first records of a stream. */
  function opening(lastEventId: string | null): string[] {
    if (lastEventId !== null)
      return steps.slice(0, at + 1).flatMap((_, step) => (step > Number(lastEventId) ? record(step) : []))
    const all = hasOffset ? [frame({ data: { id: 't1', logs: linesTo(at), offset: 0 }, fields: ['logs'] })] : []
    return [frame(snapshot(), at), ...all]
  }

  function stream(lastEventId: string | null, signal: AbortSignal | null | undefined): ReadableStream<Uint8Array> {
    const waiting = opening(lastEventId)
    let rest = Buffer.alloc(0)
    let left = below(4) === 0 ? Infinity : below(1_500)
    return new ReadableStream({
      pull(controller) {
        if (signal?.aborted) return controller.error(signal.reason)
        if (rest.length === 0 && waiting.length === 0) {
          if (at >= steps.length) return controller.close()
          waiting.push(record(++at))
        }
        if (rest.length === 0) rest = Buffer.from(waiting.shift()!)
        const size = Math.min(rest.length, left, 1 + below(300))
        if (size > 0) {
          controller.enqueue(new Uint8Array(rest.subarray(0, size)))
          rest = rest.subarray(size)
          left -= size
          return
        }
        at = Math.min(steps.length, at + below(3))
        if (below(2) === 0) controller.close()
        else controller.error(new TypeError('terminated'))
      },
    })
  }

  const serve: typeof fetch = async (input, init) => {
    const path = input instanceof Request ? input.url : input.toString()
    if (++requests > 400) return new Response('{"detail":"The run does not end."}', { status: 400 })
    if (path.endsWith('/apps/run')) return json({ id: 't1', status: 1 })
    const random = below(100)
    if (random < 8) throw new TypeError('fetch failed')
    if (random < 14) return new Response('{}', { status: 503 })
    if (path.endsWith('/logs')) return json({ logs: logTo(at) })
    if (path.endsWith('/stream')) {
      const type = isNdjson ? 'application/x-ndjson' : 'text/event-stream'
      const lastEventId = new Headers(init?.headers).get('last-event-id')
      return new Response(stream(lastEventId, init?.signal), { headers: { 'content-type': type } })
    }
    if (random < 40) at = Math.min(steps.length, at + 1)
    return json(snapshot())
  }
  return { serve, lines: steps.flat() }
}

/** The end of the run, and the lines of its updates. */
async function follow(form: Form, isNdjson: boolean, seed: number) {
  const { serve, lines } = unreliableService(form, isNdjson, seed)
  const options = { baseUrl: 'https://random.test', fetch: serve, maxStreams: Infinity, retry: { maxAttempts: 50 } }
  const client = createClient({ ...options, format: isNdjson ? 'ndjson' : 'sse' }, jumpingPlatform())
  const stream = await client.run({ app: 'a/b', input: {} }, { stream: true })
  const seen: string[] = []
  for await (const update of stream) seen.push(...update.logs)
  const { status, logs } = stream.state
  return {
    actual: { seed, status, seen, logs: [...logs] },
    expected: { seed, status: 'completed', seen: lines, logs: lines },
  }
}

const rows = forms.flatMap((form) => (['sse', 'ndjson'] as const).map((format) => ({ form, format })))
const possible = rows.filter(({ form, format }) => form !== 'arrays in frames with ids' || format === 'sse')

it.each(possible)('$form over $format', async ({ form, format }) => {
  const seeds = Array.from({ length: 200 }, (_, seed) => seed)
  for (const { actual, expected } of await Promise.all(seeds.map((seed) => follow(form, format === 'ndjson', seed)))) {
    expect(actual).toEqual(expected)
  }
})

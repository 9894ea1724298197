// Runs that are written to a durable stream (https://github.com/durable-streams/durable-streams, PROTOCOL.md): each message is an update.
import { fromBackend, InferstreamError } from '@inferstream/client'
import type { BackendUpdate, PlacedUpdate, RunConfig, Transport } from '@inferstream/client'
import { readEventBatches, request } from '@inferstream/client/backend'
import type { HeadersOption } from '@inferstream/client/backend'
import { isObject, parseJson } from './json.ts'

export interface DurableStreamsOptions {
  /** The address of a run's stream. */
  url: (taskId: string) => string
  /** Starts a run in your app, and resolves to its id. Its stream may be created later, within about half a minute. */
  start: (
    config: RunConfig,
    context: { signal: AbortSignal; idempotencyKey: string },
  ) => Promise<string | { taskId: string }>
  /** Stops a run in your app. Without it, cancelling is refused: the wire itself cannot stop a writer. */
  cancel?: ((taskId: string, context: { signal: AbortSignal }) => Promise<void>) | undefined
  headers?: HeadersOption | undefined
  /** @defaultValue the global `fetch` */
  fetch?: typeof fetch | undefined
}

/** A place in a stream: behind `skip` messages that follow `offset`. The wire names an offset only behind each batch. */
interface Place {
  readonly offset: string
  readonly skip: number
}

const beginning: Place = { offset: '-1', skip: 0 }
/**
 * Runs whose writer appends updates as JSON messages (`{ status?, logs?, progress?, partial_output?, delta?, output?, error? }`) to a durable
 * stream, and closes it after a terminal status. Messages of a `text/plain` stream are appended to `response` of the partial output.
 *
 * Read by server-sent events from the last offset, so that nothing is lost or doubled. A stream that is closed without a terminal status
 * ends the run with a `protocol` error; one that is gone (404, 410) with `not_found`. There is no `tasks.get`.
 */
export function durableStreams({ url, start, cancel, headers, fetch }: DurableStreamsOptions): Transport {
  /** Runs of this page whose stream has not been seen yet. */
  const expected = new Set<string>()

  async function open(taskId: string, { offset }: Place, signal: AbortSignal): Promise<Response> {
    const address = url(taskId)
    const place = `offset=${encodeURIComponent(offset)}&live=sse`
    try {
      const response = await request(`${address}${address.includes('?') ? '&' : '?'}${place}`, {
        signal,
        fetch,
        headers,
      })
      expected.delete(taskId)
      return response
    } catch (error) {
      throw error instanceof InferstreamError ? explained(error, taskId) : error
    }
  }

  function explained(error: InferstreamError, taskId: string): InferstreamError {
    const { status, retryAfter, cause } = error
    if (status === 404 && expected.has(taskId)) {
      const message = 'The stream of this run does not exist yet.'
      return new InferstreamError('not_found', message, { status, retryAfter, taskId, retryable: true, cause })
    }
    if (status !== 404 && status !== 410) return error
    const message = status === 404 ? 'There is no stream of this run.' : 'The stream of this run is no longer kept.'
    return new InferstreamError('not_found', message, { status, taskId, cause: error })
  }

  async function* follow(
    taskId: string,
    { after, signal }: { after: Place | null; signal: AbortSignal },
  ): AsyncGenerator<readonly PlacedUpdate<Place>[], void, undefined> {
    let place = after ?? beginning
    for (;;) {
      let position = 0
      let { offset } = place
      let hasNews = false
      let controls = 0
      for await (const events of readEventBatches(await open(taskId, place, signal))) {
        const updates: PlacedUpdate<Place>[] = []
        let control: string | undefined
        for (const { event, data } of events) {
          if (event === 'control') {
            controls += 1
            control = data
            position = 0
          } else if (event === 'data') {
            for (const update of updatesIn(data)) {
              position += 1
              if (controls > 0 || position > place.skip) updates.push(update)
            }
          }
        }
        // Of several control events the last one counts.
        const { streamNextOffset, streamClosed } = control === undefined ? {} : readControl(control, taskId)
        offset = streamNextOffset ?? offset
        hasNews ||= updates.length > 0
        // An update that says nothing is the place behind what has been received, and a sign of life.
        updates.push({ cursor: { offset, skip: Math.max(position, controls > 0 ? 0 : place.skip) } })
        yield updates
        if (streamClosed === true) throw closedEarly(taskId)
      }
      place = { offset, skip: Math.max(position, controls > 0 ? 0 : place.skip) }
      // Servers end a response about once a minute, which is no loss. One that ends with nothing but its first control event is.
      if (!hasNews && controls < 2) return
    }
  }

  return fromBackend<Place>({
    kind: 'durable-streams',
    promises: { resume: 'cursor', cancel: cancel !== undefined, logs: true },
    async start(config, context) {
      const started = await start(config, context)
      const taskId = isObject(started) ? started.taskId : started
      expected.add(taskId)
      return { taskId }
    },
    follow,
    ...(cancel && { cancel }),
  })
}

/** A message is a JSON object, or an array of them; anything else is text. */
function updatesIn(data: string): BackendUpdate[] {
  const value = parseJson(data)
  if (value === undefined) return [{ delta: { response: data } }]
  return (Array.isArray(value) ? value : [value]).map((one: unknown): BackendUpdate => (isObject(one) ? one : {}))
}

/** @throws InferstreamError `protocol`, retryable: without a place, what came before it is read again */
function readControl(data: string, taskId: string): { streamNextOffset: string; streamClosed: unknown } {
  const control = parseJson(data)
  const { streamNextOffset, streamClosed } = isObject(control) ? control : {}
  if (typeof streamNextOffset === 'string' && streamNextOffset !== '') return { streamNextOffset, streamClosed }
  throw new InferstreamError('protocol', 'A control event names no offset.', { taskId, retryable: true })
}

function closedEarly(taskId: string): InferstreamError {
  const message = 'The writer of this run closed its stream without a final status.'
  return new InferstreamError('protocol', message, { taskId })
}

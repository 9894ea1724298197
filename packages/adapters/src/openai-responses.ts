// OpenAI's background responses: https://platform.openai.com/docs/guides/background
import { fromBackend, InferstreamError } from '@inferstream/client'
import type { BackendUpdate, PlacedUpdate, RunConfig, Transport } from '@inferstream/client'
import { readEventBatches, request } from '@inferstream/client/backend'
import type { ServerSentEvent } from '@inferstream/client/backend'
import { headersOf } from './headers.ts'
import type { HeadersOption } from './headers.ts'
import { HeldStreams } from './held-streams.ts'
import { isObject, parseJson } from './json.ts'
import { snapshotOf, updateOf } from './openai-responses/updates.ts'

export interface OpenAIResponsesOptions {
  /** Such as `https://api.openai.com/v1`, or a route of your server in front of it: in a browser an API key can be read by every visitor. */
  baseUrl: string
  /** Such as `Authorization`. */
  headers?: HeadersOption | undefined
  /** @defaultValue the global `fetch` */
  fetch?: typeof fetch | undefined
}

/**
 * Background responses of OpenAI and of services with the same API: they go on without a page, are joined by their id, and continue at the
 * last `sequence_number`.
 *
 * `run({ app, input })`: `app` is the model. A string or an array is sent as `input`; an object is the request itself (`input`,
 * `instructions`, `tools`, …). The output is `{ response, reasoning?, tool_calls?, images?, incomplete?, usage? }`; until then the partial
 * output has the same fields. A response that ends as `incomplete` has completed, with its reason in `incomplete`. There is no log.
 */
export function openAIResponses({ baseUrl, headers, fetch }: OpenAIResponsesOptions): Transport {
  const held = new HeldStreams()
  const root = `${baseUrl.replace(/\/+$/, '')}/responses`

  async function send(method: string, path: string, signal: AbortSignal, body?: object): Promise<Response> {
    const own = await headersOf(headers)
    const init = { method, signal, fetch, headers: { ...own, ...(body && { 'content-type': 'application/json' }) } }
    return request(root + path, body ? { ...init, body: JSON.stringify(body) } : init)
  }

  const read = async (taskId: string, signal: AbortSignal): Promise<BackendUpdate> =>
    snapshotOf(await jsonOf(await send('GET', `/${encodeURIComponent(taskId)}`, signal)))

  async function start(config: RunConfig, { signal }: { signal: AbortSignal }) {
    const controller = new AbortController()
    const abort = () => controller.abort()
    signal.addEventListener('abort', abort, { once: true })
    const response = await send('POST', '', controller.signal, bodyOf(config))
    const events = readEventBatches(response)
    const first = await events.next()
    const taskId = first.done ? undefined : first.value.map(({ data }) => idIn(parseJson(data))).find(Boolean)
    if (first.done || taskId === undefined) {
      abort()
      throw new InferstreamError('protocol', `${root} named no response in its first event.`)
    }
    signal.removeEventListener('abort', abort)
    held.hold(taskId, { events: withFirst(first.value, events), abort })
    return { taskId }
  }

  async function* follow(
    taskId: string,
    { after, signal }: { after: number | null; signal: AbortSignal },
  ): AsyncGenerator<readonly PlacedUpdate<number>[], void, undefined> {
    let last = after ?? -1
    for await (const events of await eventsOf(taskId, after, signal)) {
      const updates: PlacedUpdate<number>[] = []
      for (const { data } of events) {
        const event = parseJson(data)
        if (!isObject(event)) continue
        const number = event['sequence_number']
        // One that comes twice, or late.
        if (typeof number === 'number' && number <= last) continue
        const update: PlacedUpdate<number> = updateOf(event)
        if (typeof number === 'number') update.cursor = last = number
        updates.push(update)
      }
      yield updates
    }
  }

  async function eventsOf(taskId: string, after: number | null, signal: AbortSignal) {
    const own = after === null ? held.take(taskId) : undefined
    if (own) {
      signal.addEventListener('abort', own.abort, { once: true })
      return { [Symbol.asyncIterator]: () => own.events }
    }
    const place = after === null ? '' : `&starting_after=${after}`
    return readEventBatches(await send('GET', `/${encodeURIComponent(taskId)}?stream=true${place}`, signal))
  }

  return fromBackend<number>({
    kind: 'openai-responses',
    promises: { resume: 'cursor', cancel: true, logs: false },
    start,
    follow,
    read: (taskId, { signal }) => read(taskId, signal),
    async cancel(taskId, { signal }) {
      try {
        await send('POST', `/${encodeURIComponent(taskId)}/cancel`, signal)
      } catch (error) {
        // One that has ended refuses.
        const hasEnded = error instanceof InferstreamError && (error.status === 400 || error.status === 409)
        const status = hasEnded ? (await read(taskId, signal)).status : undefined
        if (status !== 'completed' && status !== 'failed' && status !== 'cancelled') throw error
      }
    },
  })
}

function bodyOf({ app, input }: RunConfig): object {
  const model = typeof app === 'string' ? app : app.ref
  const own = isObject(input) ? input : { input }
  return { model, ...own, background: true, stream: true, store: true }
}

function idIn(event: unknown): string | undefined {
  const response = isObject(event) ? event['response'] : undefined
  const id = isObject(response) ? response['id'] : undefined
  return typeof id === 'string' && id !== '' ? id : undefined
}

async function* withFirst(
  first: readonly ServerSentEvent[],
  rest: AsyncGenerator<readonly ServerSentEvent[], void, undefined>,
): AsyncGenerator<readonly ServerSentEvent[], void, undefined> {
  yield first
  yield* rest
}

async function jsonOf(response: Response): Promise<unknown> {
  const { url } = response
  return response.json().catch((cause: unknown) => {
    throw new InferstreamError('protocol', `${url} did not answer with JSON.`, { cause })
  })
}

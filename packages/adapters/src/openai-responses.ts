// OpenAI's background responses: https://platform.openai.com/docs/guides/background
import { fromBackend, InferstreamError, isTerminal } from '@inferstream/client'
import type { PlacedUpdate, RunConfig, Transport } from '@inferstream/client'
import { readEventBatches, request } from '@inferstream/client/backend'
import type { HeadersOption, ServerSentEvent } from '@inferstream/client/backend'
import { HeldStreams } from './held-streams.ts'
import { isObject, parseJson } from './json.ts'
import type { ResponseChats } from './openai-responses/chats.ts'
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
 *
 * `agent(model)` and `useAgent` have chats: each turn is a response that names the one before. Tools of the page are functions, and
 * approvals those of MCP servers. The chat's id is that of its first response; a chat that is joined by an id goes on from that response,
 * and begins without its history.
 */
export function openAIResponses({ baseUrl, headers, fetch }: OpenAIResponsesOptions): Transport {
  const held = new HeldStreams()
  const root = `${baseUrl.replace(/\/+$/, '')}/responses`

  const send = async (method: string, path: string, signal: AbortSignal, json?: object): Promise<Response> =>
    request(root + path, { method, signal, fetch, headers, json })

  const read = async (id: string, signal: AbortSignal): Promise<unknown> =>
    jsonOf(await send('GET', `/${encodeURIComponent(id)}`, signal))

  /** Begins a response, whose events are held for its first follower, and resolves to its id. */
  async function create(body: object, signal: AbortSignal): Promise<string> {
    const controller = new AbortController()
    const abort = () => controller.abort()
    signal.addEventListener('abort', abort, { once: true })
    const whole = { ...body, background: true, stream: true, store: true }
    const events = readEventBatches(await send('POST', '', controller.signal, whole))
    const first = await events.next()
    const id = first.done ? undefined : first.value.map(({ data }) => idIn(parseJson(data))).find(Boolean)
    if (first.done || id === undefined) {
      abort()
      throw new InferstreamError('protocol', `${root} named no response.`)
    }
    signal.removeEventListener('abort', abort)
    held.hold(id, { events: withFirst(first.value, events), abort })
    return id
  }

  async function cancel(id: string, signal: AbortSignal): Promise<void> {
    try {
      await send('POST', `/${encodeURIComponent(id)}/cancel`, signal)
    } catch (error) {
      // One that has ended refuses.
      const hasEnded = error instanceof InferstreamError && (error.status === 400 || error.status === 409)
      const { status } = hasEnded ? snapshotOf(await read(id, signal)) : {}
      if (!status || !isTerminal(status)) throw error
    }
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

  let loading: Promise<ResponseChats> | undefined
  const load = async () =>
    (loading ??= import('./openai-responses/chats.ts').then(
      (code) => new code.ResponseChats({ create, events: eventsOf, read, cancel }),
    ))

  return fromBackend<number>({
    kind: 'openai-responses',
    promises: { resume: 'cursor', cancel: true, logs: false },
    chats: {
      kind: 'openai-responses',
      promises: { resume: 'cursor', stop: true },
      send: async (...args) => (await load()).send(...args),
      async *follow(...args) {
        yield* (await load()).follow(...args)
      },
      submit: async (...args) => (await load()).submit(...args),
      approve: async (...args) => (await load()).approve(...args),
      stop: async (...args) => (await load()).stop(...args),
    },
    start: async (config, { signal }) => ({ taskId: await create(bodyOf(config), signal) }),
    follow,
    read: async (taskId, { signal }) => snapshotOf(await read(taskId, signal)),
    cancel: (taskId, { signal }) => cancel(taskId, signal),
  })
}

function bodyOf({ app, input }: RunConfig): object {
  const model = typeof app === 'string' ? app : app.ref
  const own = isObject(input) ? input : { input }
  return { model, ...own }
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
    throw new InferstreamError('protocol', `No JSON from ${url}.`, { cause })
  })
}

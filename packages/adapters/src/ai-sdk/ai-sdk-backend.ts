// Routes of the AI SDK: https://ai-sdk.dev/docs/ai-sdk-ui/stream-protocol
import { fromBackend, InferstreamError } from '@inferstream/client'
import type { BackendUpdate, RunConfig, Transport } from '@inferstream/client'
import { checkAnswer, readEventBatches, request } from '@inferstream/client/backend'
import type { HeadersOption, ServerSentEvent } from '@inferstream/client/backend'
import { HeldStreams } from '../held-streams.ts'
import { isObject, parseJson } from '../json.ts'
import { chunkReader } from './chunks.ts'
import type { RouteChats } from './route-chats.ts'

export interface AiSdkOptions {
  /** The route, such as `/api/chat`. A run that was lost is joined by `GET {api}/{chatId}/stream`. */
  api: string
  headers?: HeadersOption | undefined
  /** @defaultValue the global `fetch` */
  fetch?: typeof fetch | undefined
  /**
   * Stops a run by a route of your app; a `Response` that is no success is a refusal. Without it, cancelling is refused: the wire itself
   * cannot stop a run.
   */
  stop?: ((chatId: string) => Promise<unknown>) | undefined
}

/**
 * A run for each request to a route of the AI SDK (UI message stream, version 1), with the chat's id as its id.
 *
 * `run({ app, input })`: a string is sent as one user message, an array as the messages, an object (`messages`, …) as the body of the
 * request; `app` is a name of yours. The output is `{ response, reasoning?, tool_calls?, files?, data?, metadata? }`; until then the partial
 * output has the same fields. Parts named `data-log` (a line, or a list), `data-progress` (`{ current, total, unit? }`, or 0–1) and
 * `data-status` are the run's log, progress and status; the others are kept in `data` by their names.
 *
 * A route that keeps its stream (`resumable-stream`, or Workflow, whose run id is then the run's id) repeats it from the beginning, and what
 * is known is left out. Where it has none any
 * more (204), or never had, the run ends with `not_found`: how it ended is then not known here.
 *
 * `agent(name)` and `useAgent` have chats over the same route: each turn is a request with all messages of this page, approvals and results of
 * client tools included. A chat that is joined by its id begins without its history.
 */
export function aiSdk({ api, headers, fetch, stop }: AiSdkOptions): Transport {
  const held = new HeldStreams()

  /** Resolves to the id of the stream, which Workflow names itself. It is held for the first follower of the run or the turn. */
  async function post(chatId: string, body: object, signal: AbortSignal): Promise<string> {
    const controller = new AbortController()
    const abort = () => controller.abort()
    signal.addEventListener('abort', abort, { once: true })
    const json = { id: chatId, trigger: 'submit-message', ...body }
    const response = await request(api, { method: 'POST', headers, json, signal: controller.signal, fetch })
    if (!response.headers.get('content-type')?.includes('text/event-stream')) {
      abort()
      const message = `${api} answered with no UI message stream.`
      throw new InferstreamError('protocol', message, { status: response.status })
    }
    signal.removeEventListener('abort', abort)
    const id = response.headers.get('x-workflow-run-id') ?? chatId
    held.hold(id, { events: readEventBatches(response), abort })
    return id
  }

  async function start({ input }: RunConfig, { signal }: { signal: AbortSignal }) {
    return { taskId: await post(newId(), bodyOf(input), signal) }
  }

  async function* follow(
    taskId: string,
    { signal }: { signal: AbortSignal },
  ): AsyncGenerator<readonly BackendUpdate[], void, undefined> {
    const read = chunkReader()
    for await (const events of await eventsOf(taskId, signal)) {
      // One update for each event: a repeated stream is matched by position.
      yield events.map(({ data }) => read(data === '[DONE]' ? { type: '[DONE]' } : parseJson(data)))
    }
  }

  async function eventsOf(taskId: string, signal: AbortSignal): Promise<AsyncIterable<readonly ServerSentEvent[]>> {
    const own = held.take(taskId)
    if (own) {
      signal.addEventListener('abort', own.abort, { once: true })
      return { [Symbol.asyncIterator]: () => own.events }
    }
    const url = `${api}/${encodeURIComponent(taskId)}/stream`
    const response = await request(url, { headers, signal, fetch }).catch((error: unknown) => {
      const { status } = error instanceof InferstreamError ? error : {}
      throw status === 404 || status === 405 ? goneError(taskId, status) : error
    })
    if (response.status === 204) throw goneError(taskId, 204)
    return readEventBatches(response)
  }

  async function stopRun(chatId: string): Promise<void> {
    const answer = await stop?.(chatId)
    if (answer instanceof Response) await checkAnswer(answer)
  }

  let loading: Promise<RouteChats> | undefined
  const load = async () =>
    (loading ??= import('./route-chats.ts').then((code) => new code.RouteChats({ post, events: eventsOf, newId })))

  return fromBackend({
    kind: 'ai-sdk',
    promises: { resume: 'replay', cancel: stop !== undefined, logs: true },
    chats: {
      kind: 'ai-sdk',
      promises: { resume: 'replay', stop: stop !== undefined },
      send: async (...args) => (await load()).send(...args),
      async *follow(chatId, { signal }) {
        yield* (await load()).follow(chatId, signal)
      },
      approve: async (...args) => (await load()).approve(...args),
      submit: async (...args) => (await load()).submit(...args),
      ...(stop && { stop: stopRun }),
    },
    start,
    follow,
    ...(stop && { cancel: stopRun }),
  })
}

const newId = () => Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join('')

function bodyOf(input: unknown): object {
  if (isObject(input)) return input
  if (Array.isArray(input)) return { messages: input }
  const text = typeof input === 'string' ? input : (JSON.stringify(input) ?? '')
  return { messages: [{ id: 'message-1', role: 'user', parts: [{ type: 'text', text }] }] }
}

function goneError(taskId: string, status: number): InferstreamError {
  const message = 'The route has no stream of this run: it has ended, or cannot be resumed. How it ended is not known.'
  return new InferstreamError('not_found', message, { status, taskId })
}

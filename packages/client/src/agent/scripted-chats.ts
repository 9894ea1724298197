// The chat endpoints behind `fetch`, driven by a test or a story step by step.
import { isObject } from '../core/json.ts'
import type { JsonObject } from '../core/json.ts'

export interface ScriptedRow {
  id: string
  role: string
  status: string
  content: { type: string; text?: string }[] | null
  tool_invocations: JsonObject[]
}

export interface ScriptedChat {
  readonly id: string
  /** By GET and in the opening of a stream, oldest first. */
  readonly rows: ScriptedRow[]
  /** The pending answer. */
  readonly answer: ScriptedRow
  /** A batch of tokens: on the streams, and in the stored row where `stores`. */
  delta(delta: JsonObject): void
  /** Changes the pending answer and sends its row to every stream. */
  update(change: Partial<ScriptedRow>): void
  /** Sends any records to every stream. */
  emit(...records: object[]): void
  /** The answer ends with what is stored, or with `text`, and the next queued message is taken up. */
  end(text?: string, state?: string): void
  /** One more step of the same turn. */
  step(): ScriptedRow
  /** Adds messages with their answers, as if from earlier turns. */
  add(...texts: [user: string, assistant: string][]): void
  /** Ends every stream with a network error. */
  disconnect(): void
  /** Open ones. */
  readonly streams: number
}

export interface ScriptedChats {
  /** For `inference({ fetch, format: 'ndjson' })`. */
  readonly fetch: typeof fetch
  /** In order, those that `override` answered too. */
  readonly requests: { method: string; path: string; body: JsonObject | undefined }[]
  readonly chats: Map<string, ScriptedChat>
  /** @throws Error before the first chat */
  readonly last: ScriptedChat
  /** Whether stored text keeps up with the tokens. @defaultValue true */
  stores: boolean
  /** Whether a stream opens with the rows. @defaultValue true */
  opens: boolean
  /** Answers in place of the service's own, by `METHOD /path` beginning; undefined leaves it to the service. */
  override: (method: string, path: string, init: RequestInit) => Response | Promise<Response> | undefined
  /** A chat that exists already. */
  create(id: string): ScriptedChat
  /** Requests whose `METHOD /path` begins so. */
  count(what: string): number
}

/** A chat service in memory: `const chats = scriptedChats(); … chats.last.delta({ response: 'Hel' }); chats.last.end('Hello')`. */
export function scriptedChats(): ScriptedChats {
  const chats = new Map<string, ScriptedChat & Hidden>()
  const requests: ScriptedChats['requests'] = []
  let made = 0

  interface Hidden {
    ask(text: string): JsonObject
    open(signal: AbortSignal | null): Response
    dto(): JsonObject
    dtoOf(row: ScriptedRow): JsonObject
    page(url: URL): JsonObject
    cancel(id: string): void
  }

  const service: ScriptedChats = {
    requests,
    chats,
    stores: true,
    opens: true,
    override: () => undefined,
    get last() {
      const last = [...chats.values()].at(-1)
      if (!last) throw new Error('There is no chat yet.')
      return last
    },
    create: (id) => create(id),
    count: (what) => requests.filter(({ method, path }) => `${method} ${path}`.startsWith(what)).length,
    async fetch(input, init = {}) {
      const url = new URL(input instanceof Request ? input.url : input)
      const method = init.method ?? 'GET'
      const parsed: unknown = typeof init.body === 'string' ? JSON.parse(init.body) : undefined
      const body = isObject(parsed) ? parsed : undefined
      const path = url.pathname
      requests.push({ method, path, body })
      const own = await service.override(method, path, init)
      if (own) return own
      if (init.signal?.aborted) throw new DOMException('Aborted', 'AbortError')
      if (path === '/agents/run') {
        const known = body?.['chat_id']
        const chat = typeof known === 'string' ? chats.get(known) : create(`chat${chats.size + 1}`)
        const sent = body?.['input']
        const text = isObject(sent) ? String(sent['text']) : ''
        return chat ? json({ data: chat.ask(text) }) : json({ detail: 'gone' }, 404)
      }
      if (path.startsWith('/tools/')) return json({ data: null })
      const cancelled = /^\/chats\/messages\/(.+)\/cancel$/.exec(path)?.[1]
      if (cancelled) {
        for (const one of chats.values()) one.cancel(cancelled)
        return json({ data: null })
      }
      const [, id = '', rest] = /^\/chats\/([^/]+)(\/.*)?$/.exec(path) ?? []
      const chat = chats.get(id)
      if (!chat) return json({ title: 'Not found', status: 404, detail: 'This chat is gone.' }, 404)
      if (rest === '/stream') return chat.open(init.signal ?? null)
      if (rest === '/messages') return json({ data: chat.page(url) })
      if (rest === '/stop') chat.end(undefined, 'canceled')
      return json({ data: chat.dto() })
    },
  }

  function create(id: string): ScriptedChat & Hidden {
    const rows: ScriptedRow[] = []
    const streams = new Set<ReadableStreamDefaultController<Uint8Array>>()
    let seq = 0
    let run: JsonObject | null = null

    const row = (role: string, status: string, text: string): ScriptedRow => {
      const content = text === '' ? [] : [{ type: 'text', text }]
      const added = { id: `m${++made}`, role, status, content, tool_invocations: [] }
      rows.push(added)
      return added
    }
    const begin = (message: ScriptedRow) => {
      message.status = 'ready'
      run = { id: `run-${message.id}`, chat_id: id, state: 'working', user_message_id: message.id }
      seq = 0
      return row('assistant', 'pending', '')
    }
    const emitRow = (one: ScriptedRow) => chat.emit({ event: 'chat_messages', data: chat.dtoOf(one) })
    const emitChat = () => chat.emit({ event: 'chats', data: chat.dto() })

    const chat: ScriptedChat & Hidden = {
      id,
      rows,
      get answer() {
        const answer = rows.findLast(({ role, status }) => role === 'assistant' && status === 'pending')
        if (!answer) throw new Error('No answer is pending.')
        return answer
      },
      get streams() {
        return streams.size
      },
      delta(delta) {
        const { answer } = chat
        for (const [key, type] of [
          ['reasoning', 'reasoning'],
          ['response', 'text'],
        ] as const) {
          const piece = delta[key]
          if (!service.stores || typeof piece !== 'string') continue
          answer.content ??= []
          const block = answer.content.find((one) => one.type === type)
          if (block) block.text = (block.text ?? '') + piece
          else answer.content.push({ type, text: piece })
        }
        chat.emit({ event: 'delta', data: { delta, seq: ++seq, resource_id: answer.id } })
      },
      update(change) {
        const { answer } = chat
        Object.assign(answer, change)
        emitRow(answer)
      },
      emit(...records) {
        const bytes = new TextEncoder().encode(records.map((record) => `${JSON.stringify(record)}\n`).join(''))
        for (const stream of streams) stream.enqueue(bytes)
      },
      end(text, state = 'completed') {
        const { answer } = chat
        if (text !== undefined) answer.content = [{ type: 'text', text }]
        answer.status = state === 'canceled' ? 'cancelled' : state === 'failed' ? 'failed' : 'ready'
        emitRow(answer)
        run = { ...run, state }
        chat.emit({ event: 'agent_runs', data: run })
        const next = rows.find(({ role, status }) => role === 'user' && status === 'queued')
        const first = next && begin(next)
        emitChat()
        if (next) emitRow(next)
        if (first) emitRow(first)
      },
      step() {
        const { answer } = chat
        answer.status = 'ready'
        emitRow(answer)
        const next = row('assistant', 'pending', '')
        seq = 0
        emitRow(next)
        return next
      },
      add(...texts) {
        for (const [user, assistant] of texts) {
          row('user', 'ready', user)
          row('assistant', 'ready', assistant)
        }
      },
      disconnect() {
        for (const stream of streams) stream.error(new TypeError('terminated'))
        streams.clear()
      },
      ask(text) {
        const isBusy = run?.['state'] === 'working'
        const message = row('user', isBusy ? 'queued' : 'ready', text)
        emitRow(message)
        if (isBusy) return { user_message: chat.dtoOf(message) }
        const answer = begin(message)
        emitChat()
        emitRow(answer)
        return { user_message: chat.dtoOf(message), assistant_message: chat.dtoOf(answer) }
      },
      open(signal) {
        const stream = new ReadableStream<Uint8Array>({
          start(controller) {
            streams.add(controller)
            signal?.addEventListener('abort', () => {
              if (!streams.delete(controller)) return
              controller.error(new DOMException('Aborted', 'AbortError'))
            })
            const opening = [{ event: 'chats', data: chat.dto() }]
            if (service.opens) opening.push(...rows.map((one) => ({ event: 'chat_messages', data: chat.dtoOf(one) })))
            const text = opening.map((record) => `${JSON.stringify(record)}\n`).join('')
            controller.enqueue(new TextEncoder().encode(text))
          },
        })
        return new Response(stream, { headers: { 'content-type': 'application/x-ndjson' } })
      },
      dto: () => ({
        id,
        status: run?.['state'] === 'working' ? 'busy' : 'idle',
        active_run: run,
        output: null,
        updated_at: `after ${made} rows`,
      }),
      dtoOf: (one) => ({
        ...structuredClone(one),
        chat_id: id,
        order: rows.indexOf(one) + 1,
        created_at: '2026-01-01T00:00:00.000000Z',
      }),
      page(url) {
        const limit = Number(url.searchParams.get('limit') ?? 50)
        const to = Number(url.searchParams.get('cursor') ?? rows.length)
        const from = Math.max(0, to - limit)
        const items = rows.slice(from, to).map((one) => chat.dtoOf(one))
        return { items, has_next: from > 0, next_cursor: from > 0 ? String(from) : null }
      },
      cancel(messageId) {
        const message = rows.find((one) => one.id === messageId)
        if (message?.status !== 'queued') return
        message.status = 'cancelled'
        emitRow(message)
      },
    }
    chats.set(id, chat)
    return chat
  }

  return service
}

export function json(body: object, status = 200): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } })
}

// The changes of an agent's state as chunks of a UI message stream.
import type { Agent, AgentMessage, AgentPart, AgentToolCall, FileRef } from '@inferstream/client'

/** The chunks that are sent, of those that the AI SDK knows. */
export type UIChunk =
  | { type: 'start' | 'start-step' | 'finish-step' | 'finish' | 'abort' }
  | { type: 'text-start' | 'text-end' | 'reasoning-start' | 'reasoning-end'; id: string }
  | { type: 'text-delta' | 'reasoning-delta'; id: string; delta: string }
  | { type: 'tool-input-available'; toolCallId: string; toolName: string; input: unknown; dynamic: true }
  | { type: 'tool-approval-request'; approvalId: string; toolCallId: string }
  | { type: 'tool-output-available'; toolCallId: string; output: unknown; dynamic: true }
  | { type: 'tool-output-error'; toolCallId: string; errorText: string; dynamic: true }
  | { type: 'file'; url: string; mediaType: string }
  | { type: 'error'; errorText: string }

type End = { type: 'finish' | 'abort' } | { type: 'error'; errorText: string }

export interface TurnChunks {
  /** Sends a message; the stream ends with its turn, or where the page must answer. */
  begin(text: string, files: FileRef[], signal: AbortSignal | undefined): ReadableStream<UIChunk>
  /** Goes on with the turn after answers of the page to these calls. */
  goOn(
    callIds: readonly string[],
    answer: () => Promise<void>,
    signal: AbortSignal | undefined,
  ): ReadableStream<UIChunk>
  /** The turn that is under way, from its beginning; null if nothing is under way. */
  rejoin(signal: AbortSignal | undefined): Promise<ReadableStream<UIChunk> | null>
  /** Whether the stream has ended because this call waits for the page. */
  isWaiting(callId: string): boolean
}

export function turnChunks(agent: Agent): TurnChunks {
  /** What has been sent of each part: characters of a text, or the last status of a call. */
  let sent = new Map<string, number | string>()
  /** Calls of client tools that the agent has no code for. */
  const unanswered = new Set<string>()
  /** Calls that the page has answered; the state may not know it yet. */
  const answered = new Set<string>()
  /** Messages of earlier turns. */
  let before = new Set<string>()
  let turn: Promise<End> = Promise.resolve({ type: 'finish' })
  /** The stream that is open. */
  let current: { update: () => void } | undefined

  const rows = () => agent.state.messages.filter(({ id, role }) => role === 'assistant' && !before.has(id))

  const isWaiting = (callId: string) =>
    !answered.has(callId) &&
    callsOf(rows()).some(({ id, status }) => id === callId && (status === 'awaiting_approval' || unanswered.has(id)))

  /** Chunks for what is in the state and was not sent yet. */
  function* news(): Generator<UIChunk> {
    const messages = rows()
    for (const [at, message] of messages.entries()) {
      const isLast = at === messages.length - 1
      if (!sent.has(message.id)) {
        sent.set(message.id, 'step')
        yield { type: 'start-step' }
      }
      for (const [index, part] of message.parts.entries()) {
        const isOpen = isLast && index === message.parts.length - 1 && message.status === 'streaming'
        yield* partNews(part, `${message.id}:${index}`, isOpen)
      }
      if (message.status === 'streaming' || sent.get(message.id) === 'done') continue
      sent.set(message.id, 'done')
      yield { type: 'finish-step' }
    }
  }

  function* partNews(part: AgentPart, id: string, isOpen: boolean): Generator<UIChunk> {
    if (part.type === 'tool-call') yield* callNews(part)
    else if (part.type === 'text' || part.type === 'reasoning') {
      const { type, text } = part
      const length = sent.get(id)
      if (length === 'done') return
      const from = typeof length === 'number' ? length : 0
      if (length === undefined) yield { type: `${type}-start`, id }
      if (text.length > from) yield { type: `${type}-delta`, id, delta: text.slice(from) }
      sent.set(id, isOpen ? text.length : 'done')
      if (!isOpen) yield { type: `${type}-end`, id }
    } else if (!sent.has(id)) {
      sent.set(id, 'done')
      const [url, mediaType] =
        part.type === 'image' ? [part.uri, 'image/*'] : [part.file.uri, part.file.content_type ?? '']
      yield { type: 'file', url, mediaType: mediaType || 'application/octet-stream' }
    }
  }

  /** A call is shown once its name and arguments are whole. */
  function* callNews(call: AgentToolCall): Generator<UIChunk> {
    const { id, name, args, status, result } = call
    const known = sent.get(id)
    if (known === status || status === 'pending') return
    sent.set(id, status)
    if (known === undefined)
      yield { type: 'tool-input-available', toolCallId: id, toolName: name, input: args, dynamic: true }
    if (status === 'awaiting_approval') yield { type: 'tool-approval-request', approvalId: id, toolCallId: id }
    else if (status === 'completed')
      yield { type: 'tool-output-available', toolCallId: id, output: result ?? null, dynamic: true }
    else if (status === 'failed' || status === 'cancelled') {
      const errorText = typeof result === 'string' && result !== '' ? result : `The call was ${status}.`
      yield { type: 'tool-output-error', toolCallId: id, errorText, dynamic: true }
    }
  }

  /** Only one stream is open: a second one takes over. */
  function open(act: () => Promise<void>, signal: AbortSignal | undefined): ReadableStream<UIChunk> {
    let stop: (() => void) | undefined
    return new ReadableStream<UIChunk>({
      start(controller) {
        let isOver = false
        const finish = (end?: End) => {
          if (isOver) return
          if (end && end.type !== 'abort') flush()
          isOver = true
          unsubscribe()
          signal?.removeEventListener('abort', onAbort)
          if (current === own) current = undefined
          if (end) controller.enqueue(end)
          controller.close()
        }
        const flush = () => {
          for (const chunk of news()) controller.enqueue(chunk)
        }
        const update = () => {
          if (isOver) return
          flush()
          if (callsOf(rows()).some(({ id }) => isWaiting(id))) finish({ type: 'finish' })
        }
        const onAbort = () => {
          agent.stop().catch(() => {})
          finish({ type: 'abort' })
        }
        const own = { update }
        current = own
        stop = () => finish()
        const unsubscribe = agent.subscribe(update)
        signal?.addEventListener('abort', onAbort, { once: true })
        controller.enqueue({ type: 'start' })
        act().then(
          () => {
            update()
            return turn.then(finish)
          },
          (error: unknown) => finish({ type: 'error', errorText: messageOf(error) }),
        )
      },
      // The page has left; the turn goes on.
      cancel: () => stop?.(),
    })
  }

  function send(text: string, files: FileRef[]): void {
    before = new Set(agent.state.messages.map(({ id }) => id))
    sent = new Map()
    unanswered.clear()
    answered.clear()
    const onToolCall = ({ id }: AgentToolCall) => {
      unanswered.add(id)
      // The state with this call is shown first.
      queueMicrotask(() => current?.update())
    }
    turn = agent.sendMessage(text, { files, onToolCall }).then(
      ({ status }): End => {
        if (status === 'failed') return { type: 'error', errorText: agent.state.error?.message ?? 'The turn failed.' }
        return { type: status === 'stopped' ? 'abort' : 'finish' }
      },
      (error: unknown): End => ({ type: 'error', errorText: messageOf(error) }),
    )
  }

  return {
    isWaiting,
    begin: (text, files, signal) => open(async () => send(text, files), signal),
    goOn(callIds, answer, signal) {
      for (const id of callIds) answered.add(id)
      return open(async () => {
        try {
          await answer()
        } catch (error) {
          for (const id of callIds) answered.delete(id)
          throw error
        }
      }, signal)
    },
    async rejoin(signal) {
      if (agent.state.chatId === null) return null
      await loaded(agent)
      const { messages, status } = agent.state
      if (status === 'idle' || status === 'error') return null
      const from = messages.findLastIndex(({ role }) => role === 'user')
      before = new Set(messages.slice(0, from + 1).map(({ id }) => id))
      sent = new Map()
      turn = idle(agent)
      return open(async () => {}, signal)
    },
  }
}

const callsOf = (messages: readonly AgentMessage[]) =>
  messages.flatMap(({ parts }) => parts.filter((part) => part.type === 'tool-call'))

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error))

/** Resolves when the state is so. */
function when(agent: Agent, isSo: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const leave = agent.subscribe(() => check())
    const check = () => {
      if (!isSo()) return
      leave()
      resolve()
    }
    check()
  })
}

const loaded = (agent: Agent) =>
  when(
    agent,
    () => agent.state.messages.length > 0 || agent.state.error !== null || agent.state.connection === 'closed',
  )

/** A turn that was begun elsewhere is over when nothing is at work any more. */
async function idle(agent: Agent): Promise<End> {
  await when(agent, () => agent.state.status === 'idle' || agent.state.status === 'error')
  const { error } = agent.state
  return error ? { type: 'error', errorText: error.message } : { type: 'finish' }
}

import { describe, expect, it, vi } from 'vitest'
import { inference } from '../client/client.ts'
import { InferstreamError } from '../core/errors.ts'
import type { Agent, AgentOptions } from '../agent/agent-types.ts'
// Loading them takes real time.
import '../agent/open-agent.ts'
import './open-backend-agent.ts'
import type { InferenceOptions } from '../core/types.ts'
import type { ChatBackend, ChatMessageInput, ChatUpdate, PlacedChatUpdate } from './chat-backend.ts'
import { fromChatBackend } from './from-chat-backend.ts'

const answer: readonly ChatUpdate[] = [
  { turn: 'busy' },
  { delta: { id: 'a1', reasoning: 'Let me see.' } },
  { delta: { id: 'a1', text: 'The ' } },
  { delta: { id: 'a1', text: 'lake ' } },
  { delta: { id: 'a1', text: 'lay still.' } },
  { turn: 'completed' },
]

type Promises = ChatBackend<number>['promises']

/** A backend that keeps what each turn says, and cuts its first streams after `cuts[i]` updates. */
function chats(
  turns: readonly (readonly ChatUpdate[])[],
  {
    cuts = [],
    promises,
    more,
  }: { cuts?: readonly number[]; promises?: Partial<Promises>; more?: Partial<ChatBackend<number>> } = {},
) {
  const sent: (ChatMessageInput & { key: string })[] = []
  const afters: (number | null)[] = []
  let turn = -1
  const backend: ChatBackend<number> = {
    kind: 'chats',
    promises: { resume: 'cursor', stop: true, ...promises },
    async send(message, { idempotencyKey }) {
      sent.push({ ...message, key: idempotencyKey })
      turn += 1
      return { chatId: 'c-1' }
    },
    async *follow(_chatId, { after }): AsyncGenerator<PlacedChatUpdate<number>> {
      const cut = cuts[afters.length] ?? Infinity
      afters.push(after)
      for (const [index, update] of (turns[turn] ?? []).entries()) {
        if (index - (after ?? 0) >= cut) return
        if (index >= (after ?? 0)) yield promises?.resume === 'replay' ? update : { ...update, cursor: index + 1 }
      }
      // A turn that waits goes on with the next request.
      await new Promise(() => {})
    },
    async approve() {
      turn += 1
    },
    async submit() {
      turn += 1
    },
    ...more,
  }
  return { backend, sent, afters }
}

function open(backend: ChatBackend<number>, options: AgentOptions = {}, clientOptions: InferenceOptions = {}): Agent {
  const retry = { baseDelay: 1, maxDelay: 2, maxAttempts: 4 }
  return inference({ retry, ...clientOptions, transport: fromChatBackend(backend) }).agent('my/agent', options)
}

const textOf = (agent: Agent) =>
  agent.state.messages
    .filter(({ role }) => role === 'assistant')
    .flatMap(({ parts }) => parts.map((part) => (part.type === 'text' ? part.text : '')))
    .join('')

const until = (agent: Agent, isSo: () => boolean) => {
  const leave = agent.subscribe(() => {})
  return vi.waitFor(() => expect(isSo()).toBe(true), 60_000).finally(leave)
}

describe('a turn', () => {
  it('is an answer with its reasoning, piece by piece', async () => {
    const { backend, sent } = chats([answer])
    const agent = open(backend)
    const pieces: string[] = []
    const reply = await agent.sendMessage('How was the lake?', {
      onMessage: ({ type, content }) => void (type === 'text' && pieces.push(content)),
    })
    expect(reply).toMatchObject({ status: 'completed', text: 'The lake lay still.', chatId: 'c-1' })
    expect(pieces.join('')).toBe('The lake lay still.')
    expect(agent.state).toMatchObject({ chatId: 'c-1', status: 'idle', error: null })
    expect(agent.state.messages).toMatchObject([
      { role: 'user', status: 'done', parts: [{ type: 'text', text: 'How was the lake?' }] },
      { role: 'assistant', status: 'done', parts: [{ type: 'reasoning' }, { type: 'text' }] },
    ])
    expect(sent).toMatchObject([{ chatId: null, text: 'How was the lake?', agent: 'my/agent', history: [] }])
  })

  it.each(['cursor', 'replay'] as const)('cut after every update has its text once, with a %s', async (resume) => {
    for (let cut = 0; cut < answer.length; cut += 1) {
      const { backend } = chats([answer], { cuts: [cut, cut + 1], promises: { resume } })
      const agent = open(backend)
      expect(await agent.sendMessage('x')).toMatchObject({ status: 'completed', text: 'The lake lay still.' })
      expect(agent.state.messages).toHaveLength(2)
    }
  })

  it('that is sent while another is under way begins after it', async () => {
    const second: ChatUpdate[] = [{ delta: { id: 'a2', text: 'Yes.' } }, { turn: 'completed' }]
    const { backend, sent } = chats([answer, second])
    const agent = open(backend)
    const replies = await Promise.all([agent.sendMessage('One?'), agent.sendMessage('Two?')])
    expect(replies.map(({ text }) => text)).toEqual(['The lake lay still.', 'Yes.'])
    expect(sent[1]).toMatchObject({ chatId: 'c-1', text: 'Two?' })
    expect(sent[1]!.history).toHaveLength(2)
  })

  it('that fails says why, and keeps what it had said', async () => {
    const failing: ChatUpdate[] = [
      { delta: { id: 'a1', text: 'Well' } },
      { turn: 'failed', error: 'No tokens left.' },
      { delta: { id: 'a9', text: 'More' } },
      { turn: 'completed' },
    ]
    const agent = open(chats([failing]).backend)
    expect(await agent.sendMessage('x')).toMatchObject({ status: 'failed' })
    expect(agent.state).toMatchObject({ status: 'error', error: { message: 'No tokens left.' } })
    expect(textOf(agent)).toBe('Well')
  })

  it('ends with an error when its streams stay cut', async () => {
    const { backend } = chats([answer, answer], { cuts: Array.from({ length: 100 }, () => 0) })
    const agent = open(backend)
    await expect(agent.sendMessage('x')).rejects.toMatchObject({ code: 'network', retryable: true })
    // The next one does not wait for it.
    await expect(agent.sendMessage('y')).rejects.toMatchObject({ code: 'network' })
  })

  it('is left and joined again when its stream is silent', async () => {
    const { backend, afters } = chats([answer])
    const whole: typeof backend.follow = (...args) => backend.follow(...args)
    let streams = 0
    const follow: typeof whole = (chatId, context) => {
      streams += 1
      if (streams > 1) return whole(chatId, context)
      return { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }) }
    }
    const agent = open({ ...backend, follow }, {}, { idleTimeoutMs: 50 })
    expect(await agent.sendMessage('x')).toMatchObject({ text: 'The lake lay still.' })
    expect(afters).toEqual([null])
  })

  it('is stopped at the backend', async () => {
    const target = new EventTarget()
    const stopped = new Promise((resolve) => target.addEventListener('stop', resolve))
    const { backend } = chats([], {
      more: {
        async *follow() {
          yield { delta: { id: 'a1', text: 'Well' } }
          await stopped
          yield { turn: 'stopped' }
        },
        stop: async () => target.dispatchEvent(new Event('stop')),
      },
    })
    const agent = open(backend)
    const turn = agent.sendMessage('x')
    await until(agent, () => textOf(agent) === 'Well')
    await agent.stop()
    expect(await turn).toMatchObject({ status: 'stopped', text: 'Well' })
  })

  it('cannot be stopped where the backend has no stop()', async () => {
    const agent = open(chats([[{ delta: { id: 'a1', text: 'Well' } }]]).backend)
    void agent.sendMessage('x')
    await until(agent, () => textOf(agent) === 'Well')
    await expect(agent.stop()).rejects.toMatchObject({ code: 'config' })
    agent.close()
  })
})

const call = { id: 't1', name: 'look_up', args: { topic: 'lake' } }
const done: ChatUpdate[] = [{ delta: { id: 'a2', text: 'It is deep.' } }, { turn: 'completed' }]

describe('a tool', () => {
  it('of the page runs once, though the stream is cut, and its result goes on with the turn', async () => {
    const waiting: ChatUpdate[] = [
      { message: { id: 'a1', toolCalls: [{ ...call, type: 'client', status: 'awaiting_input' }] } },
      { turn: 'awaiting_input' },
    ]
    const submitted: unknown[] = []
    const { backend } = chats([waiting, done], { cuts: [1] })
    const execute = vi.fn(() => ({ depth: 40 }))
    const agent = open(
      {
        ...backend,
        submit: async (...args) => {
          submitted.push(args.slice(0, 2))
          await backend.submit?.(...args)
        },
      },
      { tools: { look_up: { execute } } },
    )
    expect(await agent.sendMessage('How deep is it?')).toMatchObject({ status: 'completed', text: 'It is deep.' })
    expect(execute).toHaveBeenCalledOnce()
    expect(submitted).toEqual([['t1', '{"depth":40}']])
  })

  it.each([true, false])('that needs approval goes on with the answer: %s', async (approved) => {
    const asking: ChatUpdate[] = [
      { message: { id: 'a1', text: 'May I?', toolCalls: [{ ...call, status: 'awaiting_approval' }] } },
      { turn: 'awaiting_input' },
    ]
    const answers: unknown[] = []
    const { backend } = chats([asking, done])
    const agent = open({
      ...backend,
      approve: async (...args) => {
        answers.push(args[1])
        await backend.approve?.(...args)
      },
    })
    const turn = agent.sendMessage('Look it up')
    await until(agent, () => agent.state.status === 'awaiting_approval')
    await (approved ? agent.approveTool('t1') : agent.rejectTool('t1', 'Not now.'))
    expect(await turn).toMatchObject({ status: 'completed' })
    expect(answers).toEqual([approved ? { approved: true } : { approved: false, reason: 'Not now.' }])
    expect(textOf(agent)).toBe('May I?It is deep.')
  })

  it('whose answer the backend refuses waits again', async () => {
    const asking: ChatUpdate[] = [
      { message: { id: 'a1', toolCalls: [{ ...call, status: 'awaiting_approval' }] } },
      { turn: 'awaiting_input' },
    ]
    const error = new InferstreamError('forbidden', 'Not you.', { status: 403 })
    const agent = open(chats([asking], { more: { approve: () => Promise.reject(error) } }).backend)
    void agent.sendMessage('x')
    await until(agent, () => agent.state.status === 'awaiting_approval')
    await expect(agent.approveTool('t1')).rejects.toBe(error)
    expect(agent.state.error).toBe(error)
    agent.close()
  })
})

describe('a message', () => {
  it('that is refused stays, with the reason', async () => {
    const error = new InferstreamError('auth', 'Sign in.', { status: 401 })
    const agent = open(chats([], { more: { send: () => Promise.reject(error) } }).backend)
    await expect(agent.sendMessage('x')).rejects.toBe(error)
    expect(agent.state.messages).toMatchObject([{ role: 'user', status: 'failed' }])
  })

  it.each([true, false])('whose answer is lost is sent again only where that begins one turn: %s', async (isSafe) => {
    const keys: string[] = []
    const { backend } = chats([answer], { promises: { idempotentSend: isSafe } })
    const agent = open({
      ...backend,
      async send(message, context) {
        keys.push(context.idempotencyKey)
        if (keys.length === 1) throw new TypeError('fetch failed')
        return backend.send(message, context)
      },
    })
    const turn = agent.sendMessage('x')
    const lost = { code: 'network', mayHaveStarted: true }
    await expect(turn.catch((error: unknown) => error)).resolves.toMatchObject(isSafe ? { status: 'completed' } : lost)
    expect(new Set(keys).size).toBe(1)
    expect(keys).toHaveLength(isSafe ? 2 : 1)
  })

  it('has its files with it', async () => {
    const { backend, sent } = chats([answer])
    await open(backend).sendMessage('x', { files: [new File(['hi'], 'hi.txt', { type: 'text/plain' })] })
    expect(sent[0]!.files).toEqual([
      { uri: 'data:text/plain;base64,aGk=', content_type: 'text/plain', size: 2, filename: 'hi.txt' },
    ])
  })
})

describe('a chat that is joined by its id', () => {
  it('has its history, and goes on', async () => {
    const { backend, sent } = chats([answer], {
      more: {
        open: async () => ({
          messages: [
            { id: 'u0', role: 'user', text: 'Hello' },
            { id: 'a0', text: 'Good day.' },
          ],
        }),
      },
    })
    const agent = open(backend, { chatId: 'c-1' })
    await until(agent, () => agent.state.messages.length === 2)
    expect(agent.state).toMatchObject({
      status: 'idle',
      messages: [{ role: 'user' }, { role: 'assistant', status: 'done' }],
    })
    await agent.sendMessage('And the lake?')
    expect(textOf(agent)).toBe('Good day.The lake lay still.')
    expect(sent[0]).toMatchObject({ chatId: 'c-1' })
  })

  it('that is gone says so', async () => {
    const gone = new InferstreamError('not_found', 'No such chat.', { status: 404 })
    const agent = open(chats([], { more: { open: () => Promise.reject(gone) } }).backend, { chatId: 'c-9' })
    await until(agent, () => agent.state.error !== null)
    expect(agent.state.error).toBe(gone)
  })

  it('goes on with the turn that is under way', async () => {
    const { backend } = chats([], {
      more: {
        open: async () => ({ messages: [{ id: 'u0', role: 'user', text: 'Hello' }], isBusy: true }),
        async *follow() {
          yield { delta: { id: 'a0', text: 'Good day.' } }
          yield { turn: 'completed' }
        },
      },
    })
    const agent = open(backend, { chatId: 'c-1' })
    await until(agent, () => agent.state.messages.length === 2 && agent.state.status === 'idle')
    expect(textOf(agent)).toBe('Good day.')
  })
})

it('whatever it yields', async () => {
  const nonsense = [null, 7, [null], { message: 3 }, { message: { id: '' } }, { delta: { id: 4 } }, { turn: 'x' }]
  const { backend } = chats([
    [...(nonsense as ChatUpdate[]), { message: { id: 'a', toolCalls: [null, 3] } as never }, ...answer],
  ])
  expect(await open(backend).sendMessage('x')).toMatchObject({ status: 'completed', text: 'The lake lay still.' })
})

describe('a backend that', () => {
  it('names no place has its text once, and a turn that never ends is an error', async () => {
    const { backend } = chats([], {
      more: {
        async *follow() {
          yield { message: { id: 'u1', role: 'user', text: 'x' } }
          yield { delta: { id: 'a1', text: 'Well' } }
          yield { error: 'Boom.' }
        },
      },
    })
    const agent = open(backend)
    await expect(agent.sendMessage('x')).rejects.toMatchObject({ code: 'network' })
    expect(agent.state.messages.map(({ role }) => role)).toEqual(['user', 'assistant'])
    expect(textOf(agent)).toBe('Well')
  })

  it('names no chat is an error', async () => {
    const { backend } = chats([], { more: { send: async () => undefined as never } })
    await expect(open(backend).sendMessage('x')).rejects.toMatchObject({ code: 'protocol', mayHaveStarted: true })
  })
})

it('has no runs, and says so', async () => {
  const client = inference({ transport: fromChatBackend(chats([]).backend) })
  await expect(client.run({ app: 'a/b', input: {} })).rejects.toMatchObject({ code: 'config', message: /chats only/ })
  await expect(client.tasks.stream('t1').result).rejects.toMatchObject({ code: 'config' })
})

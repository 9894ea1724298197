import { describe, expect, it, vi } from 'vitest'
import { createClock } from '../clock.ts'
import { FileStore } from '../files.ts'
import { knownAgent } from './agent-setup.ts'
import { Chat } from './chat.ts'
import type { Delta } from './reduce-chat.ts'
import { ChatStore } from './chat-store.ts'
import type { Model, ModelRequest } from './model.ts'
import type { Tool } from './tool.ts'
import { Turns } from './turns.ts'

vi.setConfig({ testTimeout: 60_000 })
const until = (holds: () => boolean) => vi.waitUntil(holds, { timeout: 30_000 })

const files = await FileStore.create(1_000_000)
const limits = { steps: 4, inputMs: 60_000, answerCharacters: 10_000 }
const tool = (name: string, more: Partial<Tool> = {}): Tool => ({
  name,
  displayName: name,
  description: '',
  type: 'internal',
  needsApproval: false,
  parameters: {},
  run: () => 'done',
  ...more,
})

function chatWith(tools: readonly Tool[] = []): Chat {
  const setup = { ...knownAgent('local/assistant', []), tools }
  return new Chat({ setup, context: {}, baseUrl: 'http://127.0.0.1' }, createClock(), {
    events: 1_000,
    eventCharacters: 1_000_000,
  })
}

/** A model that answers with these deltas, one list per step. */
function scripted(...steps: readonly (readonly Delta[])[]): Model & { requests: ModelRequest[] } {
  const requests: ModelRequest[] = []
  return {
    requests,
    async *answer(request) {
      requests.push(request)
      yield* steps[requests.length - 1] ?? [{ response: 'end' }]
    },
  }
}

/** A model that is stepped by the test, and ignores its abort signal. */
function steered() {
  const answers: { waiting: ((delta: Delta | null) => void)[] }[] = []
  const model: Model = {
    async *answer() {
      const mine = { waiting: [] as ((delta: Delta | null) => void)[] }
      answers.push(mine)
      for (;;) {
        const delta = await new Promise<Delta | null>((resolve) => void mine.waiting.push(resolve))
        if (delta === null) return
        yield delta
      }
    },
  }
  /** Resolves when the delta was taken; null ends the answer. */
  const say = async (answer: number, delta: Delta | null) => {
    await until(() => (answers[answer]?.waiting.length ?? 0) > 0)
    answers[answer]?.waiting.shift()?.(delta)
    // Enough for everything that follows: nothing here waits for I/O.
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => void setImmediate(resolve))
  }
  return { model, say }
}

const calling = (name: string, args = '{}', index = 0): Delta => ({
  tool_calls: [{ index, id: `id_${index}`, function: { name, arguments: args } }],
})

function startTask(): never {
  throw new Error('No tasks here.')
}

function turnsWith(model: Model): Turns {
  return new Turns({ model, files, limits, startTask, cancelTask: () => {} })
}

/** A tool that throws. */
function outOfOrder(): never {
  throw new Error('Out of order.')
}

async function idle(chat: Chat): Promise<void> {
  await until(() => !chat.busy)
}

describe('a turn', () => {
  it('goes on until the model calls no more tools, and each step receives the steps before it', async () => {
    const model = scripted(
      [{ response: 'I look. ' }, calling('look', '{"at":"it"}')],
      [calling('look')],
      [{ response: 'Seen.' }],
    )
    const chat = chatWith([tool('look', { run: (args) => JSON.stringify(args) })])
    turnsWith(model).ask(chat, { text: 'Look', attachments: [] })
    await idle(chat)
    expect(chat.state.run?.status).toBe('completed')
    expect(chat.state.messages.map(({ role, text }) => [role, text])).toEqual([
      ['user', 'Look'],
      ['assistant', 'I look. '],
      ['tool', '{"at":"it"}'],
      ['assistant', ''],
      ['tool', '{}'],
      ['assistant', 'Seen.'],
    ])
    expect(model.requests[1]?.messages.slice(1)).toEqual([
      { role: 'assistant', text: 'I look. ', calls: [{ callId: 'id_0', name: 'look', arguments: { at: 'it' } }] },
      { role: 'tool', callId: 'id_0', name: 'look', arguments: { at: 'it' }, status: 'completed', text: '{"at":"it"}' },
    ])
  })

  it.each<[name: string, model: Model, reason: RegExp]>([
    [
      'a model that throws',
      {
        answer: () => {
          throw new Error('No model today.')
        },
      },
      /No model today/,
    ],
    [
      'a model whose answer never ends',
      scripted([{ response: 'x'.repeat(6_000) }, { response: 'x'.repeat(6_000) }]),
      /longer than 10000 characters/,
    ],
    [
      'a model that never comes to an end',
      scripted([calling('look')], [calling('look')], [calling('look')], [calling('look')]),
      /called tools 4 times/,
    ],
  ])('fails with %s, and leaves the chat idle', async (_name, model, reason) => {
    const chat = chatWith([tool('look')])
    turnsWith(model).ask(chat, { text: 'Hi', attachments: [] })
    await idle(chat)
    expect(chat.state).toMatchObject({
      status: 'idle',
      run: { status: 'failed', error: expect.stringMatching(reason) },
    })
    expect(chat.state.messages.every(({ status }) => status !== 'pending')).toBe(true)
  })

  it.each<[name: string, calls: Delta, result: RegExp]>([
    ['a tool that throws', calling('broken'), /^Out of order\.$/],
    ['a tool that is not there', calling('nothing'), /no tool "nothing"/],
    ['an app that cannot start', calling('app'), /No tasks here/],
    ['a tool of a type that the engine does not call', calling('remote'), /type "mcp"/],
  ])('goes on after %s, which is a failed call', async (_name, calls, result) => {
    const { run: _run, ...remote } = tool('remote', { type: 'mcp' })
    const chat = chatWith([
      tool('broken', { run: outOfOrder }),
      tool('app', { type: 'app', app: { ref: 'x', input: {} } }),
      remote,
    ])
    turnsWith(scripted([calls])).ask(chat, { text: 'Hi', attachments: [] })
    await idle(chat)
    expect(chat.state.run?.status).toBe('completed')
    expect(chat.state.messages[1]?.invocations[0]).toMatchObject({
      status: 'failed',
      result: expect.stringMatching(result),
    })
  })

  it('that was stopped no longer changes the chat: later turns are unaffected', async () => {
    const { model, say } = steered()
    const chat = chatWith()
    const turns = turnsWith(model)
    for (const text of ['one', 'two', 'three']) turns.ask(chat, { text, attachments: [] })
    await say(0, { response: 'first ' })
    turns.stop(chat)
    expect(chat.state).toMatchObject({ status: 'busy', run: { status: 'working' } })
    await say(1, { response: 'second ' })
    await say(0, { response: 'late' })
    turns.stop(chat)
    await say(2, { response: 'third' })
    await say(1, null)
    expect(chat.state).toMatchObject({ status: 'busy', run: { status: 'working' } })
    await say(2, null)
    await idle(chat)
    expect(chat.state.messages.map(({ status, text }) => [status, text])).toEqual([
      ['ready', 'one'],
      ['cancelled', 'first '],
      ['ready', 'two'],
      ['cancelled', 'second '],
      ['ready', 'three'],
      ['ready', 'third'],
    ])
    expect(chat.state.run?.status).toBe('completed')
  })

  it('does not wait for a person without a limit', async () => {
    vi.useFakeTimers()
    const chat = chatWith([tool('ask', { type: 'client' }), tool('risky', { needsApproval: true })])
    const turns = turnsWith(scripted([calling('ask'), calling('risky', '{}', 1)]))
    turns.ask(chat, { text: 'Hi', attachments: [] })
    await until(() => chat.state.interrupts.length === 2)
    await vi.advanceTimersByTimeAsync(limits.inputMs)
    vi.useRealTimers()
    await idle(chat)
    expect(chat.state.messages[1]?.invocations).toMatchObject([
      { status: 'failed', result: 'The client gave no result in time.' },
      { status: 'failed', result: 'The tool call was not approved in time.' },
    ])
    expect(chat.state.interrupts.map(({ status }) => status)).toEqual(['expired', 'expired'])
    expect(turns.reply(chat.state.messages[1]?.invocations[0]?.id ?? '', { type: 'result', result: 'late' })).toBe(
      false,
    )
  })

  it('shows a reply at once, and takes only the first', async () => {
    const chat = chatWith([tool('ask', { type: 'client' })])
    const turns = turnsWith(scripted([calling('ask')]))
    turns.ask(chat, { text: 'Hi', attachments: [] })
    await until(() => chat.state.status === 'awaiting_input')
    const id = chat.state.messages[1]?.invocations[0]?.id ?? ''
    expect(turns.reply(id, { type: 'result', result: 'yes' })).toBe(true)
    expect(chat.state.messages[1]?.invocations[0]).toMatchObject({ status: 'completed', result: 'yes' })
    expect(turns.reply(id, { type: 'deny', reason: '' })).toBe(false)
    await idle(chat)
  })
})

describe('the store', () => {
  it('drops idle chats, the one idle longest first, and keeps busy ones', async () => {
    const { model, say } = steered()
    const turns = turnsWith(model)
    let now = Date.now()
    const store = new ChatStore({ chats: 2, chatMs: 1_000, allChatCharacters: 1_000_000 }, () => now)
    const [busy, old, young] = [chatWith(), chatWith(), chatWith()]
    turns.ask(busy, { text: 'Hi', attachments: [] })
    for (const chat of [busy, old, young]) store.add(chat)
    expect([busy, old, young].map(({ id }) => store.get(id) !== undefined)).toEqual([true, false, true])
    expect(store.full).toBe(false)
    now += 60_000
    expect([busy, young].map(({ id }) => store.get(id) !== undefined)).toEqual([true, false])
    await say(0, null)
    await idle(busy)
    expect(store.get(busy.id)).toBeUndefined()
  })

  it('stays within its limit: the chat idle longest is dropped for new messages in others', () => {
    const store = new ChatStore({ chats: 10, chatMs: 1_000_000, allChatCharacters: 10_000 })
    const [old, young] = [chatWith(), chatWith()]
    for (const chat of [old, young]) {
      chat.apply({ type: 'asked', messageId: 'u1', text: 'x'.repeat(3_000), attachments: [] })
      store.add(chat)
    }
    expect(old.characters).toBeGreaterThan(6_000)
    expect([old, young].map(({ id }) => store.get(id) !== undefined)).toEqual([false, true])
  })
})

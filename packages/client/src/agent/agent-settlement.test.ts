// Every turn ends, every promise settles, nothing is left behind, in every situation of design §2 "Guaranteed settlement".
import type { AgentOptions, AgentReply, SendMessageOptions } from './agent-types.ts'
import { getEventListeners } from 'node:events'
import { describe, expect, it, vi } from 'vitest'
import { createClient } from '../client/client.ts'
// What the client loads when it needs it is loaded already, so that tests need not wait for it.
import '../http/http-error.ts'
import '../transports/http/connect-task.ts'
import '../task/task-stream.ts'
import '../transports/http/http-resources.ts'
import '../wire/ndjson.ts'
import '../http/uploads.ts'
import './open-agent.ts'
import { manualPlatform, settled } from '../../test/manual-platform.ts'
import { scriptedChats, json } from './scripted-chats.ts'

let services = 0

async function start(options: AgentOptions = {}) {
  const platform = manualPlatform()
  const chats = scriptedChats()
  const client = createClient(
    {
      baseUrl: `https://settle-${++services}.test`,
      fetch: chats.fetch,
      format: 'ndjson',
      retry: { baseDelay: 100, maxDelay: 100, maxAttempts: 10 },
    },
    platform,
  )
  const agent = client.agent('my-org/assistant', options)
  const send = async (text: string, sendOptions?: SendMessageOptions) => {
    const reply = agent.sendMessage(text, sendOptions)
    const outcome = { reply, value: undefined as AgentReply | undefined, error: undefined as unknown }
    reply.then(
      (value) => (outcome.value = value),
      (error) => (outcome.error = error),
    )
    await settled()
    return outcome
  }
  return { platform, chats, agent, send }
}

/** As a service that takes a request and says nothing. */
const hung = (signal: AbortSignal | null | undefined) =>
  new Promise<Response>((_, reject) => {
    const leave = () => reject(new DOMException('Aborted', 'AbortError'))
    if (signal?.aborted) leave()
    else signal?.addEventListener('abort', leave)
  })

const gone = () => Promise.reject(new TypeError('fetch failed'))

describe('a turn', () => {
  it.each([
    ['reset in the middle', 'cut'],
    ['silent', 'silence'],
  ])('whose stream is %s goes on with what is stored, and on a new stream', async (_, fault) => {
    const { platform, chats, agent, send } = await start()
    const turn = await send('Hi')
    chats.last.delta({ response: 'Hel' })
    if (fault === 'cut') chats.last.disconnect()
    await settled()
    await platform.advance(fault === 'cut' ? 100 : 45_100)
    expect(agent.state.connection).toBe('live')
    expect(chats.last.streams).toBe(1)
    chats.last.delta({ response: 'lo' })
    chats.last.end()
    await settled()
    expect(turn.value).toMatchObject({ text: 'Hello', status: 'completed' })
    expect(agent.state).toMatchObject({ status: 'idle', connection: 'idle', error: null })
    expect(chats.last.streams).toBe(0)
    expect([platform.timers, platform.wakeListeners]).toEqual([0, 0])
  })

  it('that ended while nobody listened has ended', async () => {
    const { platform, chats, send } = await start()
    const turn = await send('Hi')
    chats.last.disconnect()
    chats.last.end('Hello')
    await settled()
    await platform.advance(100)
    expect(turn.value).toMatchObject({ text: 'Hello', status: 'completed' })
  })

  it.each([null, undefined])(
    'whose run was last seen at work is over when the chat is idle, with active_run %s',
    async (none) => {
      const { platform, chats, send } = await start()
      const turn = await send('Hi')
      chats.last.emit({
        event: 'agent_runs',
        data: { id: 'run-m1', chat_id: 'chat1', state: 'working', user_message_id: 'm1' },
      })
      await settled()
      chats.override = (method, path) =>
        method === 'GET' && path === '/chats/chat1'
          ? json({ data: { id: 'chat1', status: 'idle', active_run: none } })
          : undefined
      chats.last.disconnect()
      chats.last.end('Hello')
      await settled()
      await platform.advance(1_100)
      expect(turn.value).toMatchObject({ text: 'Hello', status: 'completed' })
    },
  )

  it.each([
    ['204', () => new Response(null, { status: 204 })],
    ['streams that end at once', () => new Response('', { headers: { 'content-type': 'application/x-ndjson' } })],
  ])('is polled where streaming cannot be had: %s', async (_, stream) => {
    const { platform, chats, agent, send } = await start()
    chats.override = (__, path) => (path.endsWith('/stream') ? stream() : undefined)
    const turn = await send('Hi')
    await platform.advance(1_000)
    chats.last.delta({ response: 'Hel' })
    await platform.advance(1_000)
    expect(agent.state.messages.at(-1)?.parts).toEqual([{ type: 'text', text: 'Hel' }])
    expect(agent.state.connection).toBe('polling')
    chats.last.end('Hello')
    await platform.advance(1_000)
    expect(turn.value).toMatchObject({ text: 'Hello' })
  })

  it('rejects with a connection error once the budget is spent; what was there stays, and the next one works', async () => {
    const { platform, chats, agent, send } = await start()
    const turn = await send('Hi')
    chats.last.delta({ response: 'Hel' })
    await settled()
    chats.override = (method) => (method === 'GET' ? gone() : undefined)
    chats.last.disconnect()
    await platform.advance(2_000)
    expect(turn.error).toMatchObject({ code: 'network', retryable: true })
    expect(agent.state).toMatchObject({ status: 'error', connection: 'closed', error: { code: 'network' } })
    expect(agent.state.messages.at(-1)).toMatchObject({ status: 'failed', parts: [{ text: 'Hel' }] })
    chats.override = () => undefined
    chats.last.end('Hello')
    const next = await send('Again')
    chats.last.end('Yes')
    await settled()
    await platform.advance(1_000)
    expect(next.value).toMatchObject({ text: 'Yes' })
    expect(agent.state.messages.map(({ status }) => status)).toEqual(['done', 'done', 'done', 'done'])
  })

  it.each([404, 403, 401])('ends with the error of a chat that answers %i', async (status) => {
    const { platform, chats, agent, send } = await start()
    const turn = await send('Hi')
    chats.override = (method) => (method === 'GET' ? json({ detail: 'Not for you.' }, status) : undefined)
    chats.last.disconnect()
    await platform.advance(200)
    expect(turn.error).toMatchObject({ status, message: 'Not for you.' })
    expect(agent.state.status).toBe('error')
  })

  it('whose last text is late is asked for once more, then over', async () => {
    const { platform, chats, send } = await start()
    const turn = await send('Hi')
    await platform.advance(0)
    const { id } = chats.last.answer
    chats.last.answer.content = [{ type: 'text', text: 'Hello' }]
    chats.last.answer.status = 'ready'
    chats.last.emit({
      event: 'agent_runs',
      data: { id: 'run-m1', chat_id: 'chat1', state: 'completed', user_message_id: 'm1' },
    })
    await settled()
    expect(turn.value).toBeUndefined()
    await platform.advance(1_000)
    expect(turn.value).toMatchObject({ text: 'Hello', messages: [{ id, status: 'done' }] })
  })

  it.each([
    ['500', () => json({ detail: 'Broken.' }, 500), 'server'],
    ['a web page', () => new Response('<html>', { headers: { 'content-type': 'text/html' } }), 'protocol'],
  ])('taken with no more than an id is not over where everything after it is %s', async (_, answer, code) => {
    const { platform, chats, agent, send } = await start()
    chats.override = (method) =>
      method === 'POST' ? json({ data: { user_message: { id: 'u1', chat_id: 'chat1' } } }) : answer()
    const turn = await send('Hi')
    await platform.advance(5_000)
    expect(turn.value).toBeUndefined()
    expect(turn.error).toMatchObject({ code })
    expect(agent.state.messages).toMatchObject([
      { role: 'user', status: 'done', parts: [{ type: 'text', text: 'Hi' }] },
    ])
  })

  it.each([
    ['whose POST hangs', 10_000, [], 'timeout'],
    ['whose files hang', 0, [new Blob(['x'])], 'aborted'],
  ])('%s can be stopped, and what was typed stays', async (_, wait, files, code) => {
    const { platform, chats, agent, send } = await start()
    chats.override = (_method, _path, { signal }) => hung(signal)
    const turn = await send('Hi', { files })
    const stopping = agent.stop()
    await platform.advance(wait)
    await stopping
    expect(turn.error).toMatchObject({ code })
    expect(agent.state).toMatchObject({
      status: 'error',
      messages: [{ status: 'failed', parts: [{ text: 'Hi' }, ...files.map(() => ({}))] }],
    })
    expect(platform.timers).toBe(0)
  })

  it('stopped twice at once leaves what is queued to be answered', async () => {
    const { chats, agent, send } = await start()
    const first = await send('one')
    const second = await send('two')
    await Promise.all([agent.stop(), agent.stop()])
    await settled()
    expect(first.value?.status).toBe('stopped')
    expect(second.value).toBeUndefined()
    chats.last.end('whole')
    await settled()
    expect(second.value).toMatchObject({ status: 'completed', text: 'whole' })
  })

  it('that failed says so in its reply and in the state', async () => {
    const { chats, agent, send } = await start()
    const turn = await send('Hi')
    chats.last.end('half', 'failed')
    await settled()
    expect(turn.value).toMatchObject({ status: 'failed', text: 'half' })
    expect(agent.state).toMatchObject({ status: 'error', error: { code: 'task_failed' }, connection: 'idle' })
  })

  it('that failed does not keep a queued one from its answer', async () => {
    const { chats, agent, send } = await start()
    const first = await send('one')
    const second = await send('two')
    chats.last.end('half', 'failed')
    await settled()
    expect(first.value?.status).toBe('failed')
    chats.last.end('whole')
    await settled()
    expect(second.value).toMatchObject({ status: 'completed', text: 'whole' })
    expect(agent.state.queued).toEqual([])
  })

  it.each(['input_required', 'auth_required'])(
    'that needs something from outside of the chat ends as input_required: %s',
    async (state) => {
      const { platform, chats, send } = await start()
      const turn = await send('Hi')
      const run = { id: 'run-m1', chat_id: 'chat1', state, user_message_id: 'm1' }
      chats.override = (method, path) =>
        method === 'GET' && path === '/chats/chat1'
          ? json({ data: { id: 'chat1', status: 'busy', active_run: run } })
          : undefined
      chats.last.emit({ event: 'agent_runs', data: run })
      chats.last.update({ status: 'ready', content: [{ type: 'text', text: 'Which one?' }] })
      await settled()
      await platform.advance(2_100)
      expect(turn.value).toMatchObject({ status: 'input_required', text: 'Which one?' })
    },
  )

  it('that pauses is not over although the call it waits for arrives later', async () => {
    const { platform, chats, agent, send } = await start()
    const turn = await send('Hi')
    const paused = { id: 'run-m1', chat_id: 'chat1', state: 'input_required', user_message_id: 'm1' }
    chats.last.emit({ event: 'agent_runs', data: paused })
    await settled()
    const call = { id: 'i1', type: 'client', status: 'awaiting_input', function: { name: 'f', arguments: {} } }
    chats.last.update({ status: 'ready', tool_invocations: [call] })
    await settled()
    await platform.advance(5_000)
    expect(agent.state.status).toBe('awaiting_input')
    expect(turn.value).toBeUndefined()
  })

  it('shows tokens again a second after some were missed, never wrong ones', async () => {
    const { platform, chats, agent, send } = await start()
    await send('Hi')
    await platform.advance(0)
    chats.last.delta({ response: 'one ' })
    await settled()
    const missed = {
      event: 'delta',
      data: { delta: { response: 'three ' }, seq: 3, resource_id: chats.last.answer.id },
    }
    chats.last.answer.content = [{ type: 'text', text: 'one two three ' }]
    chats.last.emit(missed)
    await settled()
    expect(agent.state.messages.at(-1)?.parts).toEqual([{ type: 'text', text: 'one ' }])
    await platform.advance(1_000)
    expect(agent.state.messages.at(-1)?.parts).toEqual([{ type: 'text', text: 'one two three ' }])
  })
})

describe('sending', () => {
  it('that is refused is not repeated; what was typed stays', async () => {
    const { platform, chats, agent, send } = await start()
    chats.override = () => json({ detail: 'Broken.' }, 500)
    const turn = await send('Hi')
    await platform.advance(10_000)
    expect(turn.error).toMatchObject({ code: 'server', message: 'Broken.' })
    expect(chats.count('POST /agents/run')).toBe(1)
    expect(agent.state.messages).toMatchObject([{ status: 'failed', error: 'Broken.', parts: [{ text: 'Hi' }] }])
  })

  it('whose answer was lost says that it may have begun', async () => {
    const { chats, agent, send } = await start()
    chats.override = () => gone()
    const turn = await send('Hi')
    expect(turn.error).toMatchObject({ code: 'network', mayHaveStarted: true })
    expect(agent.state.error).toBe(turn.error)
  })

  it('while offline says so; what was typed stays, and goes out when it is sent again', async () => {
    const { platform, chats, agent, send } = await start()
    chats.override = () => gone()
    platform.online = false
    const turn = await send('Hi')
    expect(turn.error).toMatchObject({ code: 'network', message: expect.stringMatching(/^This device is offline/) })
    expect(agent.state).toMatchObject({ status: 'error', messages: [{ status: 'failed', parts: [{ text: 'Hi' }] }] })
    platform.online = true
    chats.override = () => undefined
    const again = await send('Hi')
    chats.last.end('Hello')
    await settled()
    expect(again.value).toMatchObject({ text: 'Hello' })
    expect(agent.state.messages.map(({ status }) => status)).toEqual(['done', 'done'])
  })

  it.each([
    ['taken back', { value: { status: 'stopped', text: '' } }],
    ['aborted', { error: { name: 'AbortError' } }],
  ])('%s behind one that hangs is over at once, and never leaves', async (how, outcome) => {
    const { chats, agent, send } = await start()
    chats.override = (_method, _path, { signal }) => hung(signal)
    await send('one')
    const controller = new AbortController()
    const turn = await send('two', { signal: controller.signal })
    if (how === 'aborted') controller.abort()
    else void agent.cancelMessage(agent.state.queued[0]?.id ?? '')
    await settled()
    expect(turn).toMatchObject(outcome)
    expect(agent.state).toMatchObject({ queued: [], messages: [{ parts: [{ text: 'one' }] }] })
    expect(chats.count('POST /agents/run')).toBe(1)
  })

  it('waits for the message before it, which makes the chat', async () => {
    const { chats, send } = await start()
    await Promise.all([send('one'), send('two'), send('three')])
    const sent = chats.requests.filter(({ path }) => path === '/agents/run').map(({ body }) => body?.['chat_id'])
    expect(sent).toEqual([null, 'chat1', 'chat1'])
    expect(chats.chats.size).toBe(1)
  })

  it('aborted before its answer rejects at once, and stops what was begun', async () => {
    const { chats, agent, send } = await start()
    let answer: (() => void) | undefined
    chats.override = (method, path) => {
      if (path !== '/agents/run') return undefined
      chats.override = () => undefined
      const body = JSON.stringify({ input: { text: 'Hi' } })
      return new Promise((resolve) => {
        answer = () => resolve(chats.fetch('https://x.test/agents/run', { method, body }))
      })
    }
    const controller = new AbortController()
    const turn = await send('Hi', { signal: controller.signal })
    controller.abort()
    await settled()
    expect(turn.error).toMatchObject({ name: 'AbortError' })
    answer?.()
    await settled()
    expect(chats.count('POST /chats/chat1/stop')).toBe(1)
    expect(agent.state.error).toBeNull()
  })

  it('leaves nothing on a signal that lives on', async () => {
    const { chats, send } = await start()
    const { signal } = new AbortController()
    for (let index = 0; index < 5; index++) {
      const turn = await send('Hi', { signal })
      chats.last.end('x')
      await settled()
      expect(turn.value?.status).toBe('completed')
    }
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  })
})

describe('what makes no sense', () => {
  it.each([
    ['no text', undefined, {}],
    ['a number', 5, {}],
    ['files that are no list', 'Hi', { files: 'x' }],
    ['an invalid file', 'Hi', { files: [null] }],
    ['a file without an address', 'Hi', { files: [{}] }],
  ])('is refused in a sentence, and not sent: %s', async (_, text, options) => {
    const { chats, agent } = await start()
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- possible in untyped code
    const reply = agent.sendMessage(text as string, options as SendMessageOptions)
    await expect(reply).rejects.toMatchObject({ code: 'config', message: expect.stringMatching(/^sendMessage takes/) })
    expect(agent.state).toMatchObject({ status: 'idle', messages: [] })
    expect(chats.requests).toEqual([])
  })

  it.each(['../tasks', 'a/b', '%2e%2e', 'x'.repeat(65), 5])('is no chat: %j', async (chatId) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- possible in untyped code
    const { chats, agent } = await start({ chatId: chatId as string })
    agent.subscribe(() => {})
    await settled()
    expect(agent.state).toMatchObject({ status: 'error', error: { code: 'config' } })
    await expect(agent.sendMessage('Hi')).rejects.toMatchObject({ code: 'config' })
    expect(chats.requests).toEqual([])
  })
})

describe('leaving', () => {
  it.each(['close', 'reset'] as const)(
    'by %s settles what waits, closes the stream and leaves nothing',
    async (how) => {
      const { platform, chats, agent, send } = await start()
      const turn = await send('Hi')
      agent[how]()
      await settled()
      expect(turn.error).toMatchObject({ code: 'aborted' })
      expect(chats.last.streams).toBe(0)
      expect([platform.timers, platform.wakeListeners]).toEqual([0, 0])
      expect(agent.state.messages).toHaveLength(how === 'close' ? 2 : 0)
      chats.last.end('late')
      await settled()
      expect(agent.state.connection).toBe(how === 'close' ? 'closed' : 'idle')
    },
  )

  it('by reset begins a new chat with the next message', async () => {
    const { chats, agent, send } = await start()
    await send('Hi')
    agent.reset()
    const turn = await send('Again')
    expect(chats.chats.size).toBe(2)
    chats.last.end('New')
    await settled()
    expect(turn.value).toMatchObject({ text: 'New', chatId: 'chat2' })
    expect(agent.state.messages).toHaveLength(2)
  })
})

describe('results of client tools', () => {
  const call = { id: 'i1', type: 'client', status: 'in_progress', function: { name: 'f', arguments: {} } }

  it('are sent again while the connection fails', async () => {
    const execute = vi.fn(() => 'done')
    const { platform, chats, send } = await start({ tools: { f: { execute } } })
    await send('Hi')
    let failures = 2
    chats.override = (_, path) => (path === '/tools/i1' && failures-- > 0 ? gone() : undefined)
    chats.last.update({ tool_invocations: [call] })
    await settled()
    await platform.advance(300)
    expect(chats.count('POST /tools/i1')).toBe(3)
    expect(execute).toHaveBeenCalledTimes(1)
  })

  it('that cannot be sent are an error in the state, and the call waits again', async () => {
    const { platform, chats, agent, send } = await start()
    await send('Hi', { onToolCall: () => 'done' })
    chats.override = (_, path) => (path === '/tools/i1' ? json({ detail: 'Closed.' }, 503) : undefined)
    chats.last.update({ tool_invocations: [call] })
    await settled()
    await platform.advance(2_000)
    expect(agent.state).toMatchObject({ status: 'awaiting_input', error: { message: 'Closed.' } })
    chats.override = () => undefined
    await agent.submitToolResult('i1', { any: 'thing' })
    expect(chats.requests.at(-1)).toMatchObject({ path: '/tools/i1', body: { result: '{"any":"thing"}' } })
    expect(agent.state.status).not.toBe('awaiting_input')
  })

  it('that are no JSON are refused', async () => {
    const { agent, send } = await start()
    await send('Hi')
    const circle: Record<string, unknown> = {}
    circle['self'] = circle
    await expect(agent.submitToolResult('i1', circle)).rejects.toMatchObject({ code: 'config' })
  })
})

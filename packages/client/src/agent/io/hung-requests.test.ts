// A request that is never answered, by a fetch that ignores its signal, ends nothing but itself.
import type { AgentOptions } from '../agent-types.ts'
import { describe, expect, it } from 'vitest'
import { createClient } from '../../client/client.ts'
// What the client loads when it needs it is loaded already, so that tests need not wait for it.
import '../../http/http-error.ts'
import '../../http/uploads.ts'
import '../../transports/http/http-resources.ts'
import '../../wire/ndjson.ts'
import '../open-agent.ts'
import { manualPlatform, settled } from '../../../test/manual-platform.ts'
import { scriptedChats } from '../scripted-chats.ts'

let services = 0

function start(options: AgentOptions = {}) {
  const platform = manualPlatform()
  const chats = scriptedChats()
  const client = createClient(
    {
      baseUrl: `https://hung-${++services}.test`,
      fetch: chats.fetch,
      format: 'ndjson',
      idleTimeoutMs: 10_000,
      retry: { baseDelay: 100, maxDelay: 200, maxAttempts: 3 },
    },
    platform,
  )
  /** The next requests that begin so are never answered. */
  const hang = (what: string, count = 1) => {
    chats.override = (method, path) => {
      if (!`${method} ${path}`.startsWith(what) || count-- <= 0) return undefined
      return new Promise<never>(() => {})
    }
  }
  return { platform, chats, agent: client.agent('my-org/assistant', options), hang }
}

const outcomeOf = (promise: Promise<unknown>) => {
  const outcome: { value?: unknown; error?: unknown } = {}
  promise.then(
    (value) => (outcome.value = value),
    (error: unknown) => (outcome.error = error),
  )
  return outcome
}

describe('an idle chat', () => {
  it.each(['GET /chats/shared/status', 'GET /chats/shared', 'GET /chats/shared/messages'])(
    'hears what is said elsewhere although one %s hangs',
    async (what) => {
      const { platform, chats, agent, hang } = start({ chatId: 'shared' })
      const chat = chats.create('shared')
      chat.add(['Hi', 'Hello'])
      agent.subscribe(() => {})
      await settled()
      hang(what)
      chat.add(['Quick?', 'Yes'])
      await platform.advance(60_000)
      expect(chats.count('GET /chats/shared/status')).toBeGreaterThan(3)
      expect(agent.state.messages).toHaveLength(4)
      expect(agent.state.error).toBeNull()
    },
  )

  it.each(['GET /chats/shared', 'GET /chats/shared/messages'])('is loaded although one %s hangs', async (what) => {
    const { platform, chats, agent, hang } = start({ chatId: 'shared' })
    chats.create('shared').add(['Hi', 'Hello'])
    hang(what)
    agent.subscribe(() => {})
    await platform.advance(11_000)
    expect(agent.state).toMatchObject({ status: 'idle', messages: [{}, {}], error: null })
  })
})

describe('a live chat', () => {
  it('is read again although one reading hangs', async () => {
    const { platform, chats, agent, hang } = start()
    hang('GET /chats/chat1')
    const turn = outcomeOf(agent.sendMessage('Hi'))
    await platform.advance(100)
    chats.last.delta({ response: 'one ' })
    await settled()
    const { id } = chats.last.answer
    chats.last.answer.content = [{ type: 'text', text: 'one two three ' }]
    chats.last.emit({ event: 'delta', data: { delta: { response: 'three ' }, seq: 3, resource_id: id } })
    await platform.advance(15_000)
    expect(agent.state.messages.at(-1)?.parts).toEqual([{ type: 'text', text: 'one two three ' }])
    chats.last.end('one two three four')
    await platform.advance(15_000)
    expect(turn.value).toMatchObject({ text: 'one two three four' })
  })
})

describe('a message', () => {
  it('that nobody answers says that it may have arrived, and the next one goes out', async () => {
    const { platform, chats, agent, hang } = start()
    hang('POST /agents/run')
    const first = outcomeOf(agent.sendMessage('one'))
    const second = outcomeOf(agent.sendMessage('two'))
    await platform.advance(10_000)
    expect(first.error).toMatchObject({ code: 'network', mayHaveStarted: true, retryable: false })
    expect(chats.count('POST /agents/run')).toBe(2)
    chats.last.end('Hello')
    await platform.advance(2_000)
    expect(second.value).toMatchObject({ text: 'Hello' })
  })

  it('whose upload hangs has not arrived, and the next one goes out', async () => {
    const { platform, chats, agent, hang } = start()
    hang('POST /files')
    const first = outcomeOf(agent.sendMessage('one', { files: [new Blob(['x'])] }))
    const second = outcomeOf(agent.sendMessage('two'))
    await platform.advance(10_000)
    expect(first.error).toMatchObject({ code: 'network', retryable: true })
    expect(first.error).not.toHaveProperty('mayHaveStarted')
    chats.last.end('Hello')
    await platform.advance(2_000)
    expect(second.value).toMatchObject({ text: 'Hello' })
  })

  it('can be stopped by a second press although the first one hangs', async () => {
    const { platform, chats, agent, hang } = start()
    const turn = outcomeOf(agent.sendMessage('one'))
    await settled()
    hang('POST /chats/chat1/stop')
    const stopping = outcomeOf(agent.stop())
    await platform.advance(10_000)
    expect(stopping.error).toMatchObject({ code: 'network' })
    await agent.stop()
    // The stream was silent as long, and is opened again.
    await platform.advance(1_000)
    expect(turn.value).toMatchObject({ status: 'stopped' })
    expect(chats.count('POST /chats/chat1/stop')).toBe(2)
  })
})

describe('an answer to a tool call', () => {
  const client = { id: 'i1', type: 'client', status: 'in_progress', function: { name: 'f', arguments: {} } }

  it('whose POST hangs is sent again', async () => {
    const { platform, chats, agent, hang } = start({ tools: { f: { execute: () => 'done' } } })
    void agent.sendMessage('one')
    await settled()
    hang('POST /tools/i1')
    chats.last.update({ tool_invocations: [client] })
    await platform.advance(11_000)
    expect(chats.count('POST /tools/i1')).toBe(2)
    expect(agent.state.error).toBeNull()
  })

  it.each(['approveTool', 'rejectTool', 'alwaysAllowTool'] as const)('by %s that hangs waits again', async (how) => {
    const { platform, chats, agent, hang } = start()
    void agent.sendMessage('one')
    await settled()
    chats.last.update({ tool_invocations: [{ ...client, type: 'internal', status: 'awaiting_approval' }] })
    await settled()
    hang('POST /')
    const answer = outcomeOf(agent[how]('i1'))
    await settled()
    expect(agent.state.status).not.toBe('awaiting_approval')
    await platform.advance(10_000)
    expect(answer.error).toMatchObject({ code: 'network' })
    expect(agent.state).toMatchObject({ status: 'awaiting_approval', error: { code: 'network' } })
    await agent[how]('i1')
  })
})

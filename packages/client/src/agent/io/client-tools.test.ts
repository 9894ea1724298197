// A client tool acts on whole arguments or not at all, and whatever it does, the agent gets an answer.
import type { AgentOptions } from '../agent-types.ts'
import { describe, expect, it, vi } from 'vitest'
import { createClient } from '../../client/client.ts'
// What the client loads when it needs it is loaded already, so that tests need not wait for it.
import '../../http/http-error.ts'
import '../../transports/http/http-resources.ts'
import '../../wire/ndjson.ts'
import '../open-agent.ts'
import { manualPlatform, settled } from '../../../test/manual-platform.ts'
import { scriptedChats } from '../scripted-chats.ts'

let services = 0

async function start(options: AgentOptions = {}) {
  const chats = scriptedChats()
  const platform = manualPlatform()
  const baseUrl = `https://tools-${++services}.test`
  const client = createClient({ baseUrl, fetch: chats.fetch, format: 'ndjson' }, platform)
  const agent = client.agent('my-org/assistant', options)
  void agent.sendMessage('Hi')
  await settled()
  const ask = async (args: unknown, status = 'in_progress') => {
    const call = { id: 'i1', type: 'client', status, function: { name: 'write', arguments: args } }
    chats.last.update({ tool_invocations: [call] })
    await settled()
  }
  /** What was submitted for the call, read as the agent reads it. */
  const results = () =>
    chats.requests
      .filter(({ path }) => path === '/tools/i1')
      .map(({ body }): unknown => JSON.parse(String(body?.['result'])))
  return { chats, agent, ask, results }
}

const whole: [args: unknown, expected: object][] = [
  ['{"path":"/srv/data"}', { path: '/srv/data' }],
  [{ path: '/srv/data' }, { path: '/srv/data' }],
  [' {"a":[1,{"b":"[{"}]}\n', { a: [1, { b: '[{' }] }],
  ['{}', {}],
  ['', {}],
  [' \n', {}],
  [undefined, {}],
  [null, {}],
]
const broken: [args: unknown][] = [
  ['{"path":"/srv/data/pro'],
  ['{"path":"/srv/data/pro"'],
  ['{"path":'],
  ['{'],
  ['{"a":1}}'],
  ['{"a":1} {"b":2}'],
  ['```json\n{"a":1}\n```'],
  ["{'a':1}"],
  ['{"a":1,}'],
  ['I will call it'],
  ['[1,2]'],
  ['[]'],
  [JSON.stringify(JSON.stringify({ path: '/srv/data' }))],
  ['""'],
  ['5'],
  ['true'],
  ['null'],
  [[1, 2]],
  [5],
  [0],
  [false],
]

describe('a registered tool', () => {
  it.each(whole)('runs with whole arguments: %j', async (args, expected) => {
    const execute = vi.fn(() => 'written')
    const { ask } = await start({ tools: { write: { execute } } })
    await ask(args)
    expect(execute).toHaveBeenCalledExactlyOnceWith(expected, expect.anything())
  })

  it.each(broken)('does not run with cut-off or other arguments, and the agent gets an error: %j', async (args) => {
    const execute = vi.fn(() => 'written')
    const { ask, results } = await start({ tools: { write: { execute } } })
    await ask(args)
    expect(execute).not.toHaveBeenCalled()
    expect(results()).toEqual([{ error: expect.stringMatching(/^"write" was not run: its arguments are /) }])
  })

  it('shows arguments as they are written, and runs once they are whole', async () => {
    const execute = vi.fn(() => 'written')
    const { agent, ask, results } = await start({ tools: { write: { execute } } })
    await ask('{"path":"/srv/data/pro', 'pending')
    expect(agent.state.messages.at(-1)?.parts).toMatchObject([{ args: { path: '/srv/data/pro' } }])
    expect([execute.mock.calls, results()]).toEqual([[], []])
    await ask('{"path":"/srv/data/pro"}')
    expect(execute).toHaveBeenCalledExactlyOnceWith({ path: '/srv/data/pro' }, expect.anything())
  })

  it('is not misled by a later row without invocations', async () => {
    const execute = vi.fn(() => 'written')
    const { chats, ask, results } = await start({ tools: {}, onToolCall: undefined })
    await ask('{"path":"/srv')
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- services are not bound by our types
    chats.last.update({ tool_invocations: undefined as never })
    await settled()
    expect([execute.mock.calls, results()]).toEqual([[], []])
  })
})

describe('a handler', () => {
  it.each(broken)('is not called with cut-off or other arguments: %j', async (args) => {
    const onToolCall = vi.fn(() => 'written')
    const { ask, results } = await start({ onToolCall })
    await ask(args)
    expect(onToolCall).not.toHaveBeenCalled()
    expect(results()).toEqual([{ error: expect.stringContaining('was not run') }])
  })
})

const cycle: Record<string, unknown> = {}
cycle['self'] = cycle
let deep: unknown = 'x'
for (let level = 0; level < 100_000; level++) deep = [deep]
const revoked = () => {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}
const throwing = { toJSON: () => { throw new Error('not this one') } } // prettier-ignore
const hostile = Object.defineProperty({}, 'message', {
  enumerable: true,
  get() {
    throw new Error('no')
  },
})

describe('whatever a tool returns, the agent is answered', () => {
  it.each<[name: string, result: unknown, told: unknown]>([
    ['text', '"fine"', 'fine'],
    ['nothing', undefined, null],
    ['null', null, null],
    ['an object', { a: 1 }, { a: 1 }],
    ['false', false, false],
    ['an Error', new Error('no disk'), { error: 'no disk' }],
    ['an Error inside', { ok: false, reason: new TypeError('no disk') }, { ok: false, reason: { error: 'no disk' } }],
    ['a DOMException', new DOMException('quota', 'QuotaExceededError'), { error: 'quota' }],
    ['a cycle', cycle, { error: expect.stringMatching(/cannot be written as JSON.*circular/s) }],
    ['a BigInt', 5n, { error: expect.stringMatching(/cannot be written as JSON.*BigInt/s) }],
    ['a BigInt inside', { a: [5n] }, { error: expect.stringMatching(/cannot be written as JSON.*BigInt/s) }],
    ['a function', () => 1, { error: expect.stringMatching(/function cannot be written as JSON/) }],
    ['a symbol', Symbol('s'), { error: expect.stringMatching(/symbol cannot be written as JSON/) }],
    ['a throwing toJSON', throwing, { error: expect.stringContaining('not this one') }],
    ['a throwing getter', hostile, { error: expect.anything() }],
    ['deep nesting', deep, { error: expect.stringContaining('cannot be written as JSON') }],
    ['a revoked proxy', revoked(), { error: expect.any(String) }],
    ['a promise of a cycle', Promise.resolve(cycle), { error: expect.stringContaining('cannot be written as JSON') }],
  ])('%s', async (_, result, told) => {
    const { ask, results } = await start({ tools: { write: { execute: () => result } } })
    await ask('{}')
    expect(results()).toEqual([told])
  })
})

describe('whatever a tool throws, the agent receives its message', () => {
  it.each<[name: string, thrown: unknown, sentence: unknown]>([
    ['an Error', new Error('no disk'), 'no disk'],
    ['an Error without a message', new RangeError(''), 'RangeError'],
    ['a text', 'no disk', 'no disk'],
    ['an object with a message', { message: 'quota' }, 'quota'],
    ['an object with an error', { error: 'quota', code: 5 }, 'quota'],
    ['another object', { code: 5 }, '{"code":5}'],
    ['a DOMException', new DOMException('quota', 'QuotaExceededError'), 'quota'],
    ['a number', 404, '404'],
    ['null', null, expect.stringContaining('without a reason')],
    ['undefined', undefined, expect.stringContaining('without a reason')],
    ['an empty text', '', expect.stringContaining('without a reason')],
    ['a symbol', Symbol('quota'), 'Symbol(quota)'],
    ['a cycle', cycle, expect.any(String)],
    ['a throwing getter', hostile, expect.any(String)],
    ['a revoked proxy', revoked(), expect.any(String)],
    ['an object without a prototype', Object.create(null), expect.any(String)],
  ])('%s', async (_, thrown, error) => {
    const fail = () => {
      throw thrown
    }
    const execute = await start({ tools: { write: { execute: fail } } })
    await execute.ask('{}')
    expect(execute.results()).toEqual([{ error }])
    const rejecting = await start({ tools: { write: { execute: async () => fail() } } })
    await rejecting.ask('{}')
    expect(rejecting.results()).toEqual([{ error }])
    const handled = await start({ onToolCall: fail })
    await handled.ask('{}')
    expect(handled.results()).toEqual([{ error }])
  })
})

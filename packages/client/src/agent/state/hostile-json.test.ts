// Whatever a service puts anywhere into a chat, however deep, cyclic or misnamed, the reducer returns a state.
import { expect, it } from 'vitest'
import type { JsonObject } from '../../core/json.ts'
import { piecesOf, nothingDelivered } from '../io/message-events.ts'
import { reduceChat } from './chat-reducer.ts'
import type { ChatAction } from './chat-reducer.ts'
import { startChat } from './chat-model.ts'

const levels = process.env['FULL'] ? 100_000 : 20_000

function nested(wrap: (inner: unknown) => unknown): unknown {
  let value: unknown = 'x'
  for (let level = 0; level < levels; level++) value = wrap(value)
  return value
}

const cycle: Record<string, unknown> = { type: 'text', text: 'x' }
cycle['self'] = cycle
const circle: unknown[] = []
circle.push(circle)
const hostile: unknown = JSON.parse('{"toString":1,"valueOf":1,"toJSON":1,"then":1,"length":-1,"__proto__":{"id":"x"}}')

const values: [name: string, value: () => unknown][] = [
  ['deep objects', () => nested((inner) => ({ inner, type: 'text', id: 'x' }))],
  ['deep arrays', () => nested((inner) => [inner])],
  ['deep JSON', () => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`],
  ['deep JSON, cut off', () => '{"a":['.repeat(levels)],
  ['a cycle', () => ({ ...cycle })],
  ['a list of itself', () => circle],
  ['names of methods', () => hostile],
  ['no prototype', () => Object.assign(Object.create(null) as object, { id: 'x', text: 'y' })],
  ['constructor', () => 'constructor'],
  ['__proto__', () => '__proto__'],
  ['a huge number', () => Number.MAX_VALUE],
  ['not a number', () => Number.NaN],
]

const rowKeys = ['order', 'role', 'status', 'content', 'tool_invocations', 'agent_run_id', 'updated_at', 'created_at']
const blockKeys = ['type', 'text', 'image', 'file', 'error']
const callKeys = ['type', 'status', 'function', 'result', 'data', 'execution_id', 'tool_invocation_id']
const chatKeys = ['status', 'active_run', 'output', 'pending_interrupts']
const runKeys = ['state', 'user_message_id', 'error', 'output']

const row = (more: JsonObject) => ({
  id: 'a1',
  chat_id: 'c1',
  order: 1,
  role: 'assistant',
  status: 'pending',
  ...more,
})
const call = (more: JsonObject) => ({ id: 'i1', type: 'client', status: 'in_progress', ...more })

/** Every place of a chat's records that can hold a value, with this one in it. */
function* placesOf(value: unknown): Generator<ChatAction> {
  const at = 1
  const record = (event: string, data: unknown): ChatAction => ({ type: 'received', records: [{ event, data }], at })
  const messages: unknown[] = [
    value,
    ...rowKeys.map((key) => row({ [key]: value })),
    ...blockKeys.map((key) => row({ content: [{ type: key === 'type' ? value : key, [key]: value }] })),
    row({
      content: [
        { type: 'image', image: { uri: value } },
        { type: 'file', file: { uri: 'x', filename: value, size: value } },
      ],
    }),
    ...callKeys.map((key) => row({ tool_invocations: [call({ [key]: value })] })),
    row({ tool_invocations: [call({ function: { name: value, arguments: value } }), call({ id: value })] }),
    { data: row({ content: value }), fields: value },
    { data: row({ content: value }), fields: ['content', value] },
  ]
  const chats: unknown[] = [
    value,
    ...chatKeys.map((key) => ({ id: 'c1', status: 'busy', [key]: value })),
    { id: 'c1', active_run: { id: value, state: value } },
    {
      id: 'c1',
      pending_interrupts: [value, { id: 'n1', reason: value, meta: value, status: 'pending', resource_id: value }],
    },
  ]
  for (const data of messages) yield record('chat_messages', data)
  for (const data of chats) yield record('chats', data)
  for (const key of runKeys) yield record('agent_runs', { id: 'r1', chat_id: 'c1', [key]: value })
  yield record('agent_runs', { id: value, state: value })
  for (const key of ['response', 'reasoning', 'tool_calls', 'usage', '__proto__', 'constructor']) {
    yield record('delta', { delta: { [key]: value }, seq: value, resource_id: 'a1' })
  }
  for (const called of [
    { index: value },
    { index: 0, function: value },
    { id: value, function: { name: 'f', arguments: value } },
  ]) {
    yield record('delta', { delta: { tool_calls: [called, called] }, resource_id: 'a1' })
  }
  yield { type: 'refetched', chat: value, page: value, at }
  yield { type: 'refetched', chat: chats[1], page: { items: messages, next_cursor: value, has_next: value }, at }
  yield { type: 'olderLoaded', page: { items: value }, at }
  yield { type: 'sent', id: 's1', parts: [{ type: 'text', text: 'x' }], at }
  yield { type: 'accepted', id: 's1', chatId: 'c1', answer: { user_message: value, assistant_message: value }, at }
  yield { type: 'accepted', id: 's1', chatId: 'c1', answer: { user_message: { id: value, agent_run_id: value } }, at }
}

it.each(values)('%s anywhere in a chat breaks nothing', (_, valueOf) => {
  const value = valueOf()
  // The same again in another copy, so that what is compared is equal and not identical.
  const copy = valueOf()
  const faults: string[] = []
  const again = [...placesOf(copy)]
  for (const [place, event] of [...placesOf(value)].entries()) {
    try {
      let model = startChat('c1')
      for (const next of [event, again[place]!, { type: 'disconnected' } as const, event])
        model = reduceChat(model, next)
      for (const one of model.rows) piecesOf(one, nothingDelivered)
    } catch (error) {
      faults.push(`place ${place} (${event.type}): ${String(error)}`)
    }
  }
  expect(faults).toEqual([])
  expect(Object.keys(Object.prototype)).toEqual([])
})

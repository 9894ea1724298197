// Wires that no service should send: nothing throws, no message is there twice, and no words are taken away while they come.
import { expect, it } from 'vitest'
import { InferstreamError } from '../../core/errors.ts'
import type { JsonObject } from '../../core/json.ts'
import { reduceChat } from './chat-reducer.ts'
import type { ChatAction } from './chat-reducer.ts'
import { startChat } from './chat-model.ts'

/** The same choices for the same seed. */
function chances(seed: number) {
  let state = seed
  const next = () => {
    state = (state * 1_664_525 + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
  return <T>(choices: readonly T[]): T => choices[Math.floor(next() * choices.length)]!
}

function wires(seed: number) {
  const pick = chances(seed)
  const ids = ['m1', 'm2', 'm3', '__proto__', 'constructor', 'toString']
  const junk = (depth = 0): unknown =>
    pick<() => unknown>([
      () => pick([null, undefined, 0, -1, Number.NaN, 1e21, '', 'x', '__proto__', true]),
      () => (depth > 3 ? [] : [junk(depth + 1)]),
      () => (depth > 3 ? {} : { [pick(['id', 'text', '__proto__', 'type', 'data'])]: junk(depth + 1) }),
    ])()
  const call = () => ({
    id: 'i1',
    type: 'client',
    status: pick(['in_progress', 'completed', junk()]),
    function: junk(),
  })
  const row = (): JsonObject => ({
    id: pick([...ids, 'c1']),
    chat_id: pick(['c1', 'c1', 'c2', junk()]),
    order: pick([1, 2, 3, junk()]),
    role: pick(['user', 'assistant', 'tool', 'constructor', junk()]),
    status: pick(['pending', 'ready', 'queued', 'failed', 'cancelled', 'busy', 'idle', junk()]),
    content: pick([[], null, [{ type: 'text', text: 'abc' }], [{ type: 'reasoning', text: 'q' }, junk()], junk()]),
    tool_invocations: pick([null, [junk()], [call()], junk()]),
    state: pick(['working', 'completed', 'input_required', 'constructor', junk()]),
    active_run: pick([null, { id: 'r1', state: pick(['working', 'completed', 'toString']) }, junk()]),
    user_message_id: pick([...ids, junk()]),
    agent_run_id: pick(['r1', junk()]),
    updated_at: pick(['2026-01-01T00:00:00Z', '2026-01-01T00:00:01Z', junk()]),
  })
  const tokens = () => ({
    response: pick(['a', 'bc', junk()]),
    reasoning: pick(['t', junk()]),
    tool_calls: pick([[{ index: 0, id: 'c', function: { name: 'f', arguments: '{"a' } }], junk()]),
  })
  const record = () => {
    const event = pick(['chats', 'chat_messages', 'agent_runs', 'delta', 'error', '__proto__'])
    if (event === 'delta') {
      const data = {
        delta: pick([tokens(), junk()]),
        seq: pick([1, 2, 3, junk()]),
        resource_id: pick([...ids, junk()]),
      }
      return { event, data }
    }
    const fields = pick([['status'], ['content', 'status'], ['__proto__'], junk()])
    return { event, data: pick([row(), row(), row(), { data: row(), fields }, junk()]) }
  }
  let sent = 0
  return (at: number): ChatAction => {
    const id = `local-${sent}`
    const page = { items: [row(), row()], has_next: junk(), next_cursor: junk() }
    return pick<() => ChatAction>([
      () => ({ type: 'received', records: [record(), record()], at }),
      () => ({ type: 'refetched', chat: row(), page: pick([page, junk()]), at }),
      () => ({ type: 'olderLoaded', page, at }),
      () => ({ type: 'disconnected' }),
      () => ({ type: 'sent', id: `local-${++sent}`, parts: [{ type: 'text', text: pick(['abc', 'z']) }], at }),
      () => ({ type: 'posted', id, parts: [{ type: 'text', text: 'abc' }] }),
      () => ({ type: 'accepted', id, chatId: 'c1', answer: { user_message: row(), assistant_message: row() }, at }),
      () => ({
        type: 'refused',
        id,
        error: new InferstreamError('network', 'x', { mayHaveStarted: pick([true, false]) }),
      }),
      () => ({ type: 'withdrawn', id: pick([...ids, id]) }),
    ])()
  }
}

const games = process.env['FULL'] ? 400 : 40

it.each([1, 2, 3, 4])('whatever comes, what is shown is whole: seed %i', (seed) => {
  const next = wires(seed)
  const faults: string[] = []
  for (let game = 0; game < games; game++) {
    let model = startChat('c1')
    const streamed = new Map<string, string>()
    for (let at = 0; at < 25; at++) {
      model = reduceChat(model, next(at))
      const { messages, queued } = model.state
      const ids = [...messages, ...queued].map(({ id }) => id)
      if (new Set(ids).size < ids.length) faults.push(`game ${game}: ${ids.join()}`)
      const growing = new Map(
        messages
          .filter(({ status }) => status === 'streaming')
          .map(({ id, parts }) => [id, parts.map((part) => (part.type === 'text' ? part.text : '')).join('')]),
      )
      for (const [id, text] of growing) {
        if (text.length < (streamed.get(id)?.length ?? 0)) faults.push(`game ${game}: ${id} shrank to ${text}`)
      }
      streamed.clear()
      for (const [id, text] of growing) streamed.set(id, text)
    }
  }
  expect(faults).toEqual([])
  expect(Object.keys(Object.prototype)).toEqual([])
})

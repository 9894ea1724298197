import { describe, expect, it } from 'vitest'
import type { ChatState } from './chat-state.ts'
import type { Change, ChatAction } from './reduce-chat.ts'
import { findInvocation, isBusy, newChat } from './chat-state.ts'
import { reduceChat } from './reduce-chat.ts'

const at = '2026-01-01T00:00:00.000001Z'
type Step = ChatAction extends infer TAction ? (TAction extends ChatAction ? Omit<TAction, 'at'> : never) : never

const asked = (messageId: string, text = messageId): Step => ({ type: 'asked', messageId, text, attachments: [] })
const turn = (runId: string, messageId: string): Step => ({ type: 'turn-started', runId, messageId })
const row = (messageId: string): Step => ({ type: 'step-started', messageId })
const says = (messageId: string, response: string): Step => ({
  type: 'delta-arrived',
  messageId,
  delta: { response },
  stored: false,
})
const calls = (messageId: string, ...ids: string[]): Step => ({
  type: 'step-ended',
  messageId,
  invocations: ids.map((id) => ({
    id,
    callId: `call_${id}`,
    type: 'client',
    name: id,
    displayName: id,
    arguments: {},
  })),
})
const waits = (invocationId: string, reason: 'client_tool' | 'tool_approval' = 'client_tool'): Step => ({
  type: 'call-interrupted',
  invocationId,
  reason,
  interruptId: `wait_${invocationId}`,
  expiresAt: at,
})
const ends = (invocationId: string, how: 'allow' | 'deny' | 'expired' = 'allow'): Step => ({
  type: 'call-ended',
  invocationId,
  status: how === 'allow' ? 'completed' : how === 'deny' ? 'cancelled' : 'failed',
  result: `${invocationId} done`,
  how,
  messageId: `result_${invocationId}`,
})
const over = (status: 'completed' | 'failed' | 'canceled', error: string | null = null): Step => ({
  type: 'turn-ended',
  status,
  error,
})

/** A message that is being answered in the row `a1`. */
const answering = [asked('u1'), turn('r1', 'u1'), row('a1')]

function play(steps: readonly Step[]): { state: ChatState; records: (readonly Change[])[] } {
  let state = newChat('c1', at)
  const records = steps.map((step) => {
    const transition = reduceChat(state, { ...step, at })
    state = transition.state
    return transition.changes
  })
  return { state, records }
}

/** The stream's records of the last step, as words. */
function lastRecords(steps: readonly Step[]): string {
  const { records } = play(steps)
  return (records.at(-1) ?? [])
    .map((change) => ('messageId' in change ? `${change.event}:${change.messageId}` : change.event))
    .join(' ')
}

/** A chat in a line: its status, its turn's, its rows. */
function summary({ status, run, messages, interrupts }: ChatState): string {
  const rows = messages.map(({ id, status: rowStatus, text, invocations }) => {
    const called = invocations.map((call) => `${call.id}=${call.status}`).join(',')
    return `${id}:${rowStatus}${id.startsWith('a') && text !== '' ? `"${text}"` : ''}${called === '' ? '' : `[${called}]`}`
  })
  const open = interrupts.map((entry) => `${entry.id}=${entry.status}`).join(' ')
  return [status, run?.status ?? 'no run', rows.join(' '), open].filter((part) => part !== '').join(' | ')
}

describe('a chat', () => {
  it.each<[name: string, steps: Step[], expected: string]>([
    ['is idle before the first message', [], 'idle | no run'],
    ['is busy from the start of a turn', [asked('u1'), turn('r1', 'u1')], 'busy | working | u1:ready'],
    ['has a pending row before its text', answering, 'busy | working | u1:ready a1:pending'],
    [
      'collects text',
      [...answering, says('a1', 'Hel'), says('a1', 'lo')],
      'busy | working | u1:ready a1:pending"Hello"',
    ],
    [
      'is idle after a turn',
      [...answering, says('a1', 'Hi'), calls('a1'), over('completed')],
      'idle | completed | u1:ready a1:ready"Hi"',
    ],
    [
      'waits for a client tool',
      [...answering, calls('a1', 't1'), waits('t1')],
      'awaiting_input | input_required | u1:ready a1:ready[t1=awaiting_input] | wait_t1=pending',
    ],
    [
      'waits for an approval',
      [...answering, calls('a1', 't1'), waits('t1', 'tool_approval')],
      'awaiting_input | input_required | u1:ready a1:ready[t1=awaiting_approval] | wait_t1=pending',
    ],
    [
      'goes on after the last of several results',
      [...answering, calls('a1', 't1', 't2'), waits('t1'), waits('t2'), ends('t2'), ends('t1')],
      'busy | working | u1:ready a1:ready[t1=completed,t2=completed] result_t2:ready result_t1:ready | wait_t1=resolved wait_t2=resolved',
    ],
    [
      'still waits after the first of several results',
      [...answering, calls('a1', 't1', 't2'), waits('t1'), waits('t2'), ends('t1')],
      'awaiting_input | input_required | u1:ready a1:ready[t1=completed,t2=awaiting_input] result_t1:ready | wait_t1=resolved wait_t2=pending',
    ],
    [
      'goes on with a call that was allowed',
      [...answering, calls('a1', 't1'), waits('t1', 'tool_approval'), { type: 'call-allowed', invocationId: 't1' }],
      'busy | working | u1:ready a1:ready[t1=in_progress] | wait_t1=resolved',
    ],
    [
      'goes on when the wait times out',
      [...answering, calls('a1', 't1'), waits('t1'), ends('t1', 'expired')],
      'busy | working | u1:ready a1:ready[t1=failed] result_t1:ready | wait_t1=expired',
    ],
    [
      'leaves nothing open when stopped',
      [...answering, calls('a1', 't1'), waits('t1'), over('canceled')],
      'idle | canceled | u1:ready a1:ready[t1=cancelled] | wait_t1=cancelled',
    ],
    [
      'keeps the text of a stopped answer',
      [...answering, says('a1', 'Hel'), over('canceled')],
      'idle | canceled | u1:ready a1:cancelled"Hel"',
    ],
    ['queues what is sent meanwhile', [...answering, asked('u2')], 'busy | working | u1:ready a1:pending u2:queued'],
    [
      'queues behind what is queued already, also between two turns',
      [...answering, asked('u2'), over('canceled'), asked('u3')],
      'idle | canceled | u1:ready a1:cancelled u2:queued u3:queued',
    ],
    [
      'answers a queued message after what was said meanwhile',
      [...answering, asked('u2'), calls('a1', 't1'), ends('t1'), over('completed'), turn('r2', 'u2'), row('a2')],
      'busy | working | u1:ready a1:ready[t1=completed] result_t1:ready u2:ready a2:pending',
    ],
  ])('%s', (_name, steps, expected) => {
    expect(summary(play(steps).state)).toBe(expected)
  })

  it.each<[name: string, steps: Step[]]>([
    ['text for a row that has ended', [...answering, calls('a1'), says('a1', 'late')]],
    ['text for a row that is not there', [...answering, says('a9', 'lost')]],
    ['a second end of a step', [...answering, calls('a1'), calls('a1', 't1')]],
    ['a second result', [...answering, calls('a1', 't1'), waits('t1'), ends('t1'), ends('t1', 'deny')]],
    ['a result after a stop', [...answering, calls('a1', 't1'), waits('t1'), over('canceled'), ends('t1')]],
    [
      'an approval of what waits for a result',
      [...answering, calls('a1', 't1'), waits('t1'), { type: 'call-allowed', invocationId: 't1' }],
    ],
    ['a second end of a turn', [...answering, over('canceled'), over('failed', 'late')]],
    ['a step without a turn', [asked('u1'), row('a1')]],
    ['a turn within a turn', [...answering, asked('u2'), turn('r2', 'u2')]],
    ['cancelling a message that is being answered', [...answering, { type: 'message-cancelled', messageId: 'u1' }]],
    [
      'cancelling a message twice',
      [
        ...answering,
        asked('u2'),
        { type: 'message-cancelled', messageId: 'u2' },
        { type: 'message-cancelled', messageId: 'u2' },
      ],
    ],
    [
      'a tool that is always allowed already',
      [
        { type: 'tool-always-allowed', name: 't' },
        { type: 'tool-always-allowed', name: 't' },
      ],
    ],
  ])('is not changed by %s', (_name, steps) => {
    const before = play(steps.slice(0, -1)).state
    const after = play(steps)
    expect(after.records.at(-1)).toEqual([])
    expect(after.state).toEqual(before)
  })

  it.each<[name: string, steps: Step[], expected: string]>([
    ['the start of a turn', [asked('u1'), turn('r1', 'u1')], 'chats chat_messages:u1'],
    ['a row before its deltas', answering, 'chat_messages:a1'],
    ['a delta', [...answering, says('a1', 'Hi')], 'delta:a1'],
    ['a pause', [...answering, calls('a1', 't1'), waits('t1')], 'chat_messages:a1 agent_runs chats'],
    [
      'a result',
      [...answering, calls('a1', 't1'), waits('t1'), ends('t1')],
      'chat_messages:a1 chat_messages:result_t1 agent_runs chats',
    ],
    [
      'the end: the message, then the run, then the chat',
      [...answering, says('a1', 'x'), over('canceled')],
      'chat_messages:a1 agent_runs chats',
    ],
  ])('sends its stream %s, in the order of the wire', (_name, steps, expected) => {
    expect(lastRecords(steps)).toBe(expected)
  })

  it('numbers the deltas of each message from 1', () => {
    const { records } = play([...answering, says('a1', 'a'), says('a1', 'b'), calls('a1'), row('a2'), says('a2', 'c')])
    const deltas = records.flat().filter((change) => change.event === 'delta')
    expect(deltas.map(({ messageId, seq }) => [messageId, seq])).toEqual([
      ['a1', 1],
      ['a1', 2],
      ['a2', 1],
    ])
  })

  it('takes its name from the first message, and keeps the one it is given', () => {
    expect(play([asked('u1', 'What is this?\nTell me.')]).state.name).toBe('What is this?')
    expect(play([{ type: 'renamed', name: 'Mine' }, asked('u1')]).state.name).toBe('Mine')
  })

  it('never changes earlier states', () => {
    const before = play([...answering, calls('a1', 't1')]).state
    const copy = structuredClone(before)
    reduceChat(before, { ...ends('t1'), at })
    expect(before).toEqual(copy)
    expect(findInvocation(before, 't1')?.status).toBe('pending')
    expect(isBusy(before)).toBe(true)
  })
})

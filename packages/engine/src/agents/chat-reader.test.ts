import { describe, expect, it } from 'vitest'
import { createClock } from '../clock.ts'
import type { StreamLine } from '../stream-line.ts'
import { knownAgent } from './agent-setup.ts'
import type { Happening } from './chat.ts'
import { Chat } from './chat.ts'
import { ChatReader } from './chat-reader.ts'

const roomy = { events: 1_000, eventCharacters: 1_000_000 }

function chatWith(limits = roomy): Chat {
  return new Chat(
    { setup: knownAgent('local/assistant', []), context: {}, baseUrl: 'http://127.0.0.1' },
    createClock(),
    limits,
  )
}

const says = (messageId: string, response: string, stored = false): Happening => ({
  type: 'delta-arrived',
  messageId,
  delta: { response },
  stored,
})

/** Two turns: one with thinking, text stored in between and a waiting tool; one that is stopped. */
const conversation: Happening[] = [
  { type: 'asked', messageId: 'u1', text: 'first', attachments: [] },
  { type: 'turn-started', runId: 'r1', messageId: 'u1' },
  { type: 'step-started', messageId: 'a1' },
  { type: 'delta-arrived', messageId: 'a1', delta: { reasoning: 'Let me ' }, stored: false },
  { type: 'delta-arrived', messageId: 'a1', delta: { reasoning: 'see.' }, stored: true },
  says('a1', 'I '),
  says('a1', 'ask. ', true),
  {
    type: 'step-ended',
    messageId: 'a1',
    invocations: [{ id: 't1', callId: 'call_1', type: 'client', name: 'ask', displayName: 'Ask', arguments: {} }],
  },
  {
    type: 'call-interrupted',
    invocationId: 't1',
    reason: 'client_tool',
    interruptId: 'i1',
    expiresAt: '2026-01-01T00:00:00Z',
  },
  { type: 'asked', messageId: 'u2', text: 'second', attachments: [] },
  { type: 'call-ended', invocationId: 't1', status: 'completed', result: 'yes', how: 'allow', messageId: 'm1' },
  { type: 'step-started', messageId: 'a2' },
  says('a2', 'They '),
  says('a2', 'say '),
  says('a2', 'yes.'),
  { type: 'step-ended', messageId: 'a2', invocations: [] },
  { type: 'turn-ended', status: 'completed', error: null },
  { type: 'turn-started', runId: 'r2', messageId: 'u2' },
  { type: 'step-started', messageId: 'a3' },
  says('a3', 'And '),
  says('a3', 'then'),
  { type: 'turn-ended', status: 'canceled', error: null },
]

/** The simplest reader that the protocol allows: rows replace, deltas are added to the row they name. */
class Understanding {
  readonly rows = new Map<string, { text: string; status: string; order: number }>()
  chat: unknown = null
  first = ''

  take({ event, json }: StreamLine): void {
    const data: Record<string, unknown> = JSON.parse(json)
    if (this.first === '') this.first = event ?? ''
    if (event === 'chats') this.chat = data['status']
    if (event === 'chat_messages') {
      const blocks = data['content'] as { type: string; text: string }[]
      const text = blocks.filter(({ type }) => type === 'text').map((block) => block.text)
      this.rows.set(String(data['id']), {
        text: text.join(''),
        status: String(data['status']),
        order: Number(data['order']),
      })
    }
    if (event === 'delta') {
      const row = this.rows.get(String(data['resource_id']))
      if (!row) throw new Error('A delta came before its row.')
      row.text += (data['delta'] as { response?: string }).response ?? ''
    }
  }
}

/** Reads everything available, and the ids of the lines that have one. */
function drain(reader: ChatReader, into: Understanding): number[] {
  const ids: number[] = []
  for (let line = reader.next(); line; line = reader.next()) {
    into.take(line)
    if (line.id !== undefined) ids.push(line.id)
  }
  return ids
}

/** What a reader knows that was connected all the time, up to an event. */
function whole(end = conversation.length): Understanding {
  const chat = chatWith()
  const reader = new ChatReader(chat)
  const known = new Understanding()
  drain(reader, known)
  for (const happening of conversation.slice(0, end)) {
    chat.apply(happening)
    drain(reader, known)
  }
  return known
}

const joints = conversation.map((_, index) => index)

describe("a chat's stream", () => {
  it('sends every row as it is stored', () => {
    expect([...whole().rows].map(([id, { text, status }]) => [id, status, text])).toEqual([
      ['u1', 'ready', 'first'],
      ['a1', 'ready', 'I ask. '],
      ['u2', 'ready', 'second'],
      ['m1', 'ready', 'yes'],
      ['a2', 'ready', 'They say yes.'],
      ['a3', 'cancelled', 'And then'],
    ])
  })

  it.each(joints)('sends a reader that joins after event %i the same, beginning with the chat', (joint) => {
    const chat = chatWith()
    for (const happening of conversation.slice(0, joint)) chat.apply(happening)
    const reader = new ChatReader(chat)
    const known = new Understanding()
    drain(reader, known)
    expect(known.first).toBe('chats')
    expect(known.rows).toEqual(whole(joint).rows)
    for (const happening of conversation.slice(joint)) {
      chat.apply(happening)
      drain(reader, known)
    }
    expect(known.rows).toEqual(whole().rows)
    expect(known.chat).toBe('idle')
  })

  it.each(joints)('continues where a reader left after event %i, and sends nothing twice', (joint) => {
    const chat = chatWith()
    const known = new Understanding()
    const first = new ChatReader(chat)
    drain(first, known)
    for (const happening of conversation.slice(0, joint)) chat.apply(happening)
    const left = drain(first, known).at(-1) ?? chat.events.head
    for (const happening of conversation.slice(joint)) chat.apply(happening)
    const ids = drain(new ChatReader(chat, left), known)
    expect(ids).toEqual(Array.from({ length: chat.events.head - left }, (_, index) => left + 1 + index))
    expect(known.rows).toEqual(whole().rows)
    expect(known.chat).toBe('idle')
  })

  it('sends the chat again, with all its text, to a reader that fell behind the kept events', () => {
    const chat = chatWith({ events: 2, eventCharacters: 1_000_000 })
    const reader = new ChatReader(chat)
    const known = new Understanding()
    drain(reader, known)
    for (const happening of conversation) chat.apply(happening)
    drain(reader, known)
    expect(known.rows).toEqual(whole().rows)
    expect(known.chat).toBe('idle')
  })

  it.each([999, -1, 1.5])('sends the whole chat to a reader with an id that was never issued: %d', (id) => {
    const chat = chatWith()
    for (const happening of conversation) chat.apply(happening)
    const known = new Understanding()
    drain(new ChatReader(chat, id), known)
    expect(known.rows).toEqual(whole().rows)
  })

  it('keeps at most the allowed number of characters', () => {
    const chat = chatWith({ events: 1_000_000, eventCharacters: 20_000 })
    for (const happening of conversation.slice(0, 3)) chat.apply(happening)
    for (let count = 0; count < 1_000; count++) chat.apply(says('a1', 'word '))
    expect(chat.events.covers(chat.events.head - 10)).toBe(true)
    expect(chat.events.covers(chat.events.head - 500)).toBe(false)
  })
})

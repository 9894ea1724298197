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

/** Two turns: one with thinking, text that is stored on the way and a tool that waits; one that is stopped. */
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

/** A reader of the wire, as plain as the protocol lets it be: rows replace, deltas are added to the row they name. */
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

/** Reads all there is; the ids of its lines, where they have any. */
function drain(reader: ChatReader, into: Understanding): number[] {
  const ids: number[] = []
  for (let line = reader.next(); line; line = reader.next()) {
    into.take(line)
    if (line.id !== undefined) ids.push(line.id)
  }
  return ids
}

/** What somebody knows who was there all the time, up to an event. */
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
  it('tells every row as it is stored', () => {
    expect([...whole().rows].map(([id, { text, status }]) => [id, status, text])).toEqual([
      ['u1', 'ready', 'first'],
      ['a1', 'ready', 'I ask. '],
      ['u2', 'ready', 'second'],
      ['m1', 'ready', 'yes'],
      ['a2', 'ready', 'They say yes.'],
      ['a3', 'cancelled', 'And then'],
    ])
  })

  it.each(joints)('tells whoever joins after event %i the same, beginning with the chat', (joint) => {
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

  it.each(joints)('goes on where a reader left after event %i, and tells nothing twice', (joint) => {
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

  it('shows the chat again to a reader that fell behind what is kept, with all its text', () => {
    const chat = chatWith({ events: 2, eventCharacters: 1_000_000 })
    const reader = new ChatReader(chat)
    const known = new Understanding()
    drain(reader, known)
    for (const happening of conversation) chat.apply(happening)
    drain(reader, known)
    expect(known.rows).toEqual(whole().rows)
    expect(known.chat).toBe('idle')
  })

  it.each([999, -1, 1.5])('shows the whole chat to a reader with an id that nobody gave it: %d', (id) => {
    const chat = chatWith()
    for (const happening of conversation) chat.apply(happening)
    const known = new Understanding()
    drain(new ChatReader(chat, id), known)
    expect(known.rows).toEqual(whole().rows)
  })

  it('keeps no more characters than it may', () => {
    const chat = chatWith({ events: 1_000_000, eventCharacters: 20_000 })
    for (const happening of conversation.slice(0, 3)) chat.apply(happening)
    for (let count = 0; count < 1_000; count++) chat.apply(says('a1', 'word '))
    expect(chat.events.covers(chat.events.head - 10)).toBe(true)
    expect(chat.events.covers(chat.events.head - 500)).toBe(false)
  })
})

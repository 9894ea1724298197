// A message is shown once, under one id, from the send on, whatever comes first: the answer to its POST, its row, or a cut.
import { describe, expect, it } from 'vitest'
import { InferstreamError } from '../../core/errors.ts'
import type { JsonObject } from '../../core/json.ts'
import { reduceChat } from '../state/chat-reducer.ts'
import type { ChatAction } from '../state/chat-reducer.ts'
import { startChat } from '../state/chat-model.ts'
import type { ChatModel } from '../state/chat-model.ts'

const row = (id: string, order: number, status: string, words: string): JsonObject => ({
  id,
  chat_id: 'c1',
  order,
  role: id.startsWith('u') ? 'user' : 'assistant',
  status,
  content: words === '' ? [] : [{ type: 'text', text: words }],
})
const before = [row('u0', 1, 'ready', 'Hi'), row('a0', 2, 'ready', 'Hello')]
const mine = (status = 'ready') => row('u1', 3, status, 'Hi')
const answer = row('a1', 4, 'pending', '')
const idle = { id: 'c1', status: 'idle' }
const busy = { id: 'c1', status: 'busy' }

const told = (...rows: JsonObject[]): ChatAction => ({
  type: 'received',
  records: rows.map((data) => ({ event: 'chat_messages', data })),
  at: 2,
})
const looked = (chat: JsonObject, ...rows: JsonObject[]): ChatAction => ({
  type: 'refetched',
  chat,
  page: { items: rows, has_next: false },
  at: 2,
})
const sent: ChatAction = { type: 'sent', id: 'local', parts: [{ type: 'text', text: 'Hi' }], at: 1 }
const leaving: ChatAction = { type: 'posted', id: 'local', parts: [{ type: 'text', text: 'Hi' }] }
const accepted = (status = 'ready'): ChatAction => ({
  type: 'accepted',
  id: 'local',
  chatId: 'c1',
  answer: { user_message: mine(status), ...(status === 'ready' && { assistant_message: answer }) },
  at: 2,
})
const acceptedBlindly: ChatAction = { type: 'accepted', id: 'local', chatId: 'c1', answer: {}, at: 2 }
const lost: ChatAction = {
  type: 'refused',
  id: 'local',
  error: new InferstreamError('network', 'No answer.', { mayHaveStarted: true }),
}
const refused: ChatAction = { type: 'refused', id: 'local', error: new InferstreamError('server', 'Broken.') }
const cut: ChatAction = { type: 'disconnected' }

const open = [looked(idle, ...before)].reduce(reduceChat, startChat('c1'))
const play = (events: readonly ChatAction[], start = open) => events.reduce(reduceChat, start)
const people = ({ state: { messages, queued } }: ChatModel) =>
  [...messages, ...queued].filter(({ role }) => role === 'user').map(({ id }) => id)

describe('a message', () => {
  it.each<[string, ChatAction[]]>([
    ['its POST is answered first', [accepted(), told(mine()), told(answer)]],
    ['its row arrives first', [told(mine()), told(answer), accepted()]],
    ['the stream is cut before the answer', [told(mine()), cut, accepted(), looked(busy, ...before, mine(), answer)]],
    ['the stream is cut after the answer', [accepted(), cut, looked(busy, ...before, mine(), answer)]],
    ['a look brings it first', [cut, looked(busy, ...before, mine(), answer), accepted()]],
    ['it is queued, the row first', [told(mine('queued')), accepted('queued'), told(mine())]],
    ['it is queued, the answer first', [accepted('queued'), told(mine('queued')), told(mine())]],
    ['the answer names no row', [acceptedBlindly, told(mine()), told(answer)]],
    ['the row comes before an answer that names none', [told(mine()), acceptedBlindly, told(answer)]],
    ['the answer is lost after the row', [told(mine()), lost, told(answer)]],
    ['the answer is lost before the row', [lost, told(mine()), told(answer)]],
    ['the answer is lost, a look brings the row', [lost, cut, looked(busy, ...before, mine(), answer)]],
  ])('is there once and keeps its id when %s', (_, events) => {
    const all = [sent, leaving, ...events]
    for (let count = 1; count <= all.length; count++) {
      expect(people(play(all.slice(0, count)))).toEqual(['u0', 'local'])
    }
    const { state } = play(all)
    expect(state.messages.at(-1)?.id).toBe(state.messages.some(({ id }) => id === 'a1') ? 'a1' : 'local')
    expect(state.error).toBeNull()
  })

  it('whose answer was lost is sent after all once its row is seen', () => {
    const failed = play([sent, leaving, lost])
    expect(failed.state).toMatchObject({ status: 'error', messages: [{}, {}, { id: 'local', status: 'failed' }] })
    expect(play([told(mine())], failed).state.messages.at(-1)).toMatchObject({ id: 'local', status: 'done' })
  })

  it('that was refused is not taken for a message of another user', () => {
    for (const events of [
      [refused, told(mine())],
      [told(mine()), refused],
    ]) {
      const { state } = play([sent, leaving, ...events])
      expect(state.messages.slice(2)).toMatchObject([
        { id: 'u1', status: 'done' },
        { id: 'local', status: 'failed' },
      ])
    }
  })

  it('is told from the same words of another tab as soon as its POST is answered', () => {
    const theirs = { ...mine(), id: 'u9', order: 2.5 }
    expect(people(play([sent, leaving, told(theirs), accepted()]))).toEqual(['u0', 'u9', 'local'])
  })

  it('is not taken for an older one in the same words that is loaded meanwhile', () => {
    const unread = play([sent, leaving], startChat('c1'))
    expect(people(play([looked(idle, ...before)], unread))).toEqual(['u0', 'local'])
    expect(people(play([looked(idle, ...before), accepted(), told(mine())], unread))).toEqual(['u0', 'local'])
    // The first page may have it already.
    expect(people(play([looked(busy, ...before, mine(), answer)], unread))).toEqual(['u0', 'local'])
    expect(people(play([looked(busy, ...before, mine('queued')), accepted('queued')], unread))).toEqual(['u0', 'local'])
    const older: ChatAction = { type: 'olderLoaded', page: { items: [row('u-1', 0, 'ready', 'Hi')] }, at: 2 }
    expect(people(play([sent, leaving, older]))).toEqual(['u-1', 'u0', 'local'])
  })
})

// The chat reducer by tables: a conversation cut and joined again at every event shows what the uncut one shows.
import type { AgentState } from '../agent-types.ts'
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../core/json.ts'
import { reduceChat } from './chat-reducer.ts'
import type { ChatAction } from './chat-reducer.ts'
import { hasGap, wantsRefetch, startChat } from './chat-model.ts'
import type { ChatModel } from './chat-model.ts'

type Wire = { event: string; data: JsonObject }

const chat = (status: string, more: JsonObject = {}): Wire => ({ event: 'chats', data: { id: 'c1', status, ...more } })
const run = (state: string): Wire => ({
  event: 'agent_runs',
  data: { id: 'r1', chat_id: 'c1', state, user_message_id: 'u1' },
})
const row = (id: string, order: number, status: string, content: unknown, more: JsonObject = {}): Wire => ({
  event: 'chat_messages',
  data: { id, chat_id: 'c1', order, role: id.startsWith('u') ? 'user' : 'assistant', status, content, ...more },
})
const text = (words: string) => ({ type: 'text', text: words })
const thought = (words: string) => ({ type: 'reasoning', text: words })
const delta = (id: string, seq: number | undefined, tokens: JsonObject): Wire => ({
  event: 'delta',
  data: { delta: tokens, resource_id: id, ...(seq === undefined ? {} : { seq }) },
})

function take(model: ChatModel, ...records: Wire[]): ChatModel {
  return reduceChat(model, { type: 'received', records, at: 5 })
}

function play(records: readonly Wire[], start = startChat('c1')): ChatModel {
  return records.reduce((model, record) => take(model, record), start)
}

/** What is on the screen: texts by message. */
const shown = ({ state }: { state: AgentState }) =>
  state.messages.map(({ id, parts, status }) => ({
    id,
    status,
    parts: parts.map((part) => {
      if (part.type === 'text' || part.type === 'reasoning') return `${part.type}: ${part.text}`
      return part.type === 'tool-call' ? `${part.name}(${JSON.stringify(part.args)}) ${part.status}` : part.type
    }),
  }))

/** The text of the last message. */
const last = (model: ChatModel) => shown(model).at(-1)?.parts.join(' | ') ?? ''

const invocation = (status: string, more: JsonObject = {}) => ({
  id: 'i1',
  tool_invocation_id: 'call_1',
  type: 'client',
  status,
  function: { name: 'look_up', arguments: { topic: 'x' } },
  ...more,
})

/** A turn of two steps, with thinking, a tool that is written token by token, and stored text that lags. */
const turn: Wire[] = [
  chat('busy', { active_run: { id: 'r1', state: 'working', user_message_id: 'u1' } }),
  row('u1', 1, 'ready', [text('Hi')]),
  row('a1', 2, 'pending', [], { agent_run_id: 'r1' }),
  delta('a1', 1, { reasoning: 'hm ' }),
  delta('a1', 2, { reasoning: 'ok', response: 'He' }),
  delta('a1', 3, { response: 'llo', usage: { tokens: 1 } }),
  row('a1', 2, 'pending', [thought('hm ok'), text('Hello')], { agent_run_id: 'r1' }),
  delta('a1', 4, { response: ' 😀', reasoning: null }),
  delta('a1', 5, { tool_calls: [{ index: 0, id: 'call_1', function: { name: 'look_up', arguments: '{"to' } }] }),
  delta('a1', 6, { tool_calls: [{ index: 0, function: { arguments: 'pic":"x"}' } }] }),
  row('a1', 2, 'ready', [thought('hm ok'), text('Hello 😀')], { tool_invocations: [invocation('in_progress')] }),
  row('a1', 2, 'ready', [thought('hm ok'), text('Hello 😀')], {
    tool_invocations: [invocation('completed', { result: '"found"' })],
  }),
  row('a2', 3, 'pending', null, { agent_run_id: 'r1' }),
  delta('a2', 1, { response: 'It says ' }),
  delta('a2', 2, { response: 'found' }),
  delta('a2', 3, { response: '.' }),
  row('a2', 3, 'ready', [text('It says found.')], { agent_run_id: 'r1' }),
  run('completed'),
  chat('idle', { active_run: { id: 'r1', state: 'completed', user_message_id: 'u1' } }),
]

const whole = play(turn)

/** The rows and the chat as they are stored after so many records; text is stored where `stores`, else at the end. */
function storedAfter(count: number, stores: boolean): Wire[] {
  const rows = new Map<string, Wire>()
  let now: Wire = chat('busy', { active_run: { id: 'r1', state: 'working', user_message_id: 'u1' } })
  for (const record of turn.slice(0, count)) {
    if (record.event === 'chats') now = record
    else if (record.event === 'chat_messages') rows.set(String(record.data['id']), record)
  }
  if (stores) {
    const live = play(turn.slice(0, count))
    for (const { id, status, parts } of live.state.messages) {
      const known = rows.get(id)
      if (!known || status !== 'streaming') continue
      const content = parts.flatMap((part) =>
        part.type === 'text' ? [text(part.text)] : part.type === 'reasoning' ? [thought(part.text)] : [],
      )
      rows.set(id, { ...known, data: { ...known.data, content } })
    }
  }
  return [now, ...rows.values()]
}

const look = (records: readonly Wire[]): ChatAction => ({
  type: 'refetched',
  chat: records[0]?.data,
  page: { items: records.slice(1).map(({ data }) => data), has_next: false },
  at: 9,
})

describe('a turn', () => {
  it('shows thinking, text, and a call as it is written', () => {
    const seen = turn.map((_, index) => last(play(turn.slice(0, index + 1))))
    expect(seen.slice(2, 11)).toEqual([
      '',
      'reasoning: hm ',
      'reasoning: hm ok | text: He',
      'reasoning: hm ok | text: Hello',
      'reasoning: hm ok | text: Hello',
      'reasoning: hm ok | text: Hello 😀',
      'reasoning: hm ok | text: Hello 😀 | look_up({}) pending',
      'reasoning: hm ok | text: Hello 😀 | look_up({"topic":"x"}) pending',
      'reasoning: hm ok | text: Hello 😀 | look_up({"topic":"x"}) in_progress',
    ])
    expect(shown(whole)).toEqual([
      { id: 'u1', status: 'done', parts: ['text: Hi'] },
      {
        id: 'a1',
        status: 'done',
        parts: ['reasoning: hm ok', 'text: Hello 😀', 'look_up({"topic":"x"}) completed'],
      },
      { id: 'a2', status: 'done', parts: ['text: It says found.'] },
    ])
    expect(whole.state.status).toBe('idle')
  })

  it('shows the same however its records come together', () => {
    for (let at = 0; at <= turn.length; at++) {
      const model = take(take(startChat('c1'), ...turn.slice(0, at)), ...turn.slice(at))
      expect(shown(model)).toEqual(shown(whole))
    }
  })

  const rejoins = [
    { stores: true, opens: true, refetches: true, name: 'text stored as it goes' },
    { stores: false, opens: true, refetches: true, name: 'text that lags behind' },
    { stores: true, opens: false, refetches: true, name: 'a stream that opens without rows' },
    { stores: true, opens: true, refetches: false, name: 'a stream that is resumed' },
  ]

  it.each(rejoins)('cut and joined again at every event, with $name, never shows a wrong text', (mode) => {
    for (let cut = 1; cut < turn.length; cut++) {
      for (let missed = 0; cut + missed < turn.length; missed++) {
        // What a resumed stream tells again is nothing that was missed.
        if (!mode.refetches && missed > 0) break
        let model = reduceChat(play(turn.slice(0, cut)), { type: 'disconnected' })
        const stored = storedAfter(cut + missed, mode.stores)
        if (mode.refetches) model = reduceChat(model, look(stored))
        if (mode.opens && mode.refetches) model = play(stored, model)
        const before = new Map<string, number>()
        for (const record of turn.slice(cut + missed)) {
          model = take(model, record)
          for (const { id, parts, status } of model.state.messages) {
            const told = parts.map((part) => (part.type === 'text' ? part.text : '')).join('')
            const final = whole.state.messages.find((message) => message.id === id)
            const all = final?.parts.map((part) => (part.type === 'text' ? part.text : '')).join('') ?? ''
            expect(all.startsWith(told), `${told} is no beginning of ${all}, cut ${cut}, missed ${missed}`).toBe(true)
            const least = status === 'streaming' ? (before.get(id) ?? 0) : 0
            expect(told.length).toBeGreaterThanOrEqual(least)
            before.set(id, told.length)
          }
        }
        expect(shown(model)).toEqual(shown(whole))
      }
    }
  })

  it('told twice, from any place on, shows nothing twice', () => {
    for (let from = 0; from < turn.length; from++) {
      const model = play(turn.slice(from), play(turn))
      expect(shown(model)).toEqual(shown(whole))
    }
  })
})

describe('tokens', () => {
  const begin = play([chat('busy'), row('a1', 1, 'pending', [])])

  it.each<[name: string, records: Wire[], text: string, gap: boolean]>([
    ['count from 0 or 1', [delta('a1', 0, { response: 'a' }), delta('a1', 1, { response: 'b' })], 'text: ab', false],
    [
      'may have no number',
      [delta('a1', undefined, { response: 'a' }), delta('a1', undefined, { response: 'a' })],
      'text: aa',
      false,
    ],
    [
      'that repeat are delivered once',
      [delta('a1', 1, { response: 'a' }), delta('a1', 1, { response: 'a' })],
      'text: a',
      false,
    ],
    [
      'that were missed stop the text',
      [delta('a1', 1, { response: 'a' }), delta('a1', 3, { response: 'c' })],
      'text: a',
      true,
    ],
    [
      'go on from the snapshot that follows a gap',
      [
        delta('a1', 1, { response: 'a' }),
        delta('a1', 3, { response: 'c' }),
        row('a1', 1, 'pending', [text('abc')]),
        delta('a1', 4, { response: 'd' }),
      ],
      'text: abcd',
      false,
    ],
    ['that name no message are dropped', [{ event: 'delta', data: { delta: { response: 'x' }, seq: 1 } }], '', false],
    ['joined in the middle of nothing known are not shown', [delta('a1', 7, { response: 'suffix' })], '', true],
    [
      'joined in the middle go on from what is stored',
      [row('a1', 1, 'pending', [text('stored ')]), delta('a1', 7, { response: 'and more' })],
      'text: stored and more',
      false,
    ],
    [
      'never make the text shorter while it is pending',
      [
        delta('a1', 1, { response: 'long text' }),
        row('a1', 1, 'pending', [text('long')]),
        row('a1', 1, 'pending', null),
      ],
      'text: long text',
      false,
    ],
    [
      'give way to a terminal snapshot',
      [
        delta('a1', 1, { response: 'long text' }),
        row('a1', 1, 'ready', [text('short')]),
        delta('a1', 2, { response: '!' }),
      ],
      'text: short',
      false,
    ],
    [
      'do not go into the prototype',
      [delta('a1', 1, JSON.parse('{"response":"a","__proto__":{"response":"b"}}') as JsonObject)],
      'text: a',
      false,
    ],
  ])('%s', (_, records, expected, gap) => {
    const model = play(records, begin)
    expect(last(model)).toBe(expected)
    expect(hasGap(model)).toBe(gap)
  })

  it('are not told twice where a look was ahead of the stream', () => {
    for (const opening of [[], [row('a1', 1, 'pending', [])]]) {
      const early = look([chat('busy'), row('a1', 1, 'pending', [text('abc')])])
      const rows = opening.length > 0 ? [] : [row('a1', 1, 'pending', [])]
      const ahead = reduceChat(play(opening, take(startChat('c1'), chat('busy'))), early)
      const model = play([...rows, delta('a1', 1, { response: 'a' }), delta('a1', 2, { response: 'b' })], ahead)
      expect(last(model)).toBe('text: abc')
      const on = play([delta('a1', 3, { response: 'c' }), delta('a1', 4, { response: 'd' })], model)
      expect(last(on)).toBe('text: abcd')
      expect(hasGap(on)).toBe(false)
    }
  })

  it('go on at once after a cut, where a snapshot has brought the text up to date', () => {
    const cut = reduceChat(take(begin, delta('a1', 1, { response: 'a' })), { type: 'disconnected' })
    const model = reduceChat(cut, look([chat('busy'), row('a1', 1, 'pending', [text('abc')])]))
    expect(last(take(model, delta('a1', 4, { response: 'd' })))).toBe('text: abcd')
  })

  it('without numbers wait after a cut until a snapshot says that none were missed', () => {
    const cut = reduceChat(take(begin, delta('a1', undefined, { response: 'a' })), { type: 'disconnected' })
    const blind = take(cut, delta('a1', undefined, { response: 'c' }))
    expect(last(blind)).toBe('text: a')
    expect(hasGap(blind)).toBe(true)
    const same = reduceChat(cut, look([chat('busy'), row('a1', 1, 'pending', [text('a')])]))
    expect(last(take(same, delta('a1', undefined, { response: 'b' })))).toBe('text: ab')
  })

  it('told shorter snapshots while nothing is live keep what was stored', () => {
    const model = play([row('a1', 1, 'pending', [text('abc')]), row('a1', 1, 'pending', null)], begin)
    expect(last(model)).toBe('text: abc')
  })

  it('of a message that began on this stream may count from anywhere', () => {
    const synced = reduceChat(begin, look([chat('busy')]))
    const model = play([row('a9', 9, 'pending', []), delta('a9', 41, { response: 'a' })], synced)
    expect(last(model)).toBe('text: a')
  })

  const hello = take(begin, delta('a1', 1, { response: 'Hel' }), delta('a1', 2, { response: 'lo ' }))
  const helloUnnumbered = take(
    begin,
    delta('a1', undefined, { response: 'Hel' }),
    delta('a1', undefined, { response: 'lo ' }),
  )
  const stored = (words: string) => row('a1', 1, 'pending', [text(words)])
  const unnumbered = (...pieces: string[]) => pieces.map((piece) => delta('a1', undefined, { response: piece }))
  const numbered = (from: number, ...pieces: string[]) =>
    pieces.map((piece, index) => delta('a1', from + index, { response: piece }))

  it.each<[name: string, start: ChatModel, snapshot: string, tokens: Wire[], shown: string[]]>([
    ['told again', hello, 'Hello wor', numbered(3, 'wor', 'ld'), ['Hello wor', 'Hello world']],
    ['told again in part', hello, 'Hello wor', numbered(3, 'w', 'orld'), ['Hello wor', 'Hello world']],
    ['told again, all of them', hello, 'Hello world', numbered(3, 'wor', 'ld', '!'), ['Hello world', 'Hello world!']],
    ['that go on after what was missed', hello, 'Hello wor', numbered(4, 'ld', '!'), ['Hello world', 'Hello world!']],
    [
      'told from the first one on',
      hello,
      'Hello wor',
      numbered(1, 'Hel', 'lo ', 'wor', 'ld'),
      ['Hello wor', 'Hello world'],
    ],
    [
      'without numbers, told again',
      helloUnnumbered,
      'Hello wor',
      unnumbered('wor', 'ld'),
      ['Hello wor', 'Hello world'],
    ],
    [
      'without numbers, told in part',
      helloUnnumbered,
      'Hello wor',
      unnumbered('w', 'o', 'rld'),
      ['Hello wor', 'Hello world'],
    ],
    [
      'without numbers, that go on',
      helloUnnumbered,
      'Hello wor',
      unnumbered('ld', '!'),
      ['Hello world', 'Hello world!'],
    ],
    [
      'without numbers, that go on like what was missed',
      helloUnnumbered,
      'Hello wow',
      unnumbered('wo', 'xo'),
      ['Hello wow', 'Hello wowwoxo'],
    ],
  ])('after a cut are shown once where the snapshot is ahead: tokens %s', (_, start, snapshot, tokens, texts) => {
    const cut = reduceChat(start, { type: 'disconnected' })
    const looked = reduceChat(cut, look([chat('busy'), stored(snapshot)]))
    for (const opening of [[], [chat('busy'), stored(snapshot)]]) {
      for (const joined of [cut, looked].slice(opening.length > 0 ? 0 : 1)) {
        const seen: string[] = []
        let model = play(opening, joined)
        for (const token of tokens) {
          model = take(model, token)
          const now = last(model).replace('text: ', '')
          if (now !== seen.at(-1)) seen.push(now)
        }
        expect(seen.slice(-texts.length)).toEqual(texts)
        expect(hasGap(model)).toBe(false)
        const all = texts.at(-1) ?? ''
        expect(seen.every((one, index) => all.startsWith(one) && one.length >= (seen[index - 1]?.length ?? 0))).toBe(
          true,
        )
      }
    }
  })

  it('may be counted by chat', () => {
    const model = play(
      [
        delta('a1', 1, { response: 'a' }),
        row('a1', 1, 'ready', [text('a')]),
        row('a2', 2, 'pending', []),
        delta('a2', 2, { response: 'b' }),
      ],
      begin,
    )
    expect(last(model)).toBe('text: b')
  })

  it('with a hole before stored text that came by the way are found out', () => {
    let model = take(begin, delta('a1', undefined, { response: 'ab' }))
    model = reduceChat(model, look([chat('busy'), row('a1', 1, 'pending', [text('abcd')])]))
    expect(last(model)).toBe('text: abcd')
    model = take(model, delta('a1', undefined, { response: 'xyz' }))
    expect(last(model)).toBe('text: abcd')
    expect(wantsRefetch(model)).toBe(true)
  })
})

const at = (second: number) => ({ updated_at: `2026-01-01T00:00:0${second}.000000Z` })

describe('what comes in', () => {
  it.each<[name: string, record: Wire]>([
    ['an unknown role', row('x1', 5, 'ready', [text('secret')], { role: 'injection' })],
    ['a newer role', row('x1', 5, 'ready', [], { role: 'event' })],
    ['an unknown table', { event: 'run.started', data: { id: 'x' } }],
    ['a heartbeat', { event: 'heartbeat', data: {} }],
    ['another chat', row('x1', 5, 'ready', [text('other')], { chat_id: 'c2' })],
    ['another chat as a whole', { event: 'chats', data: { id: 'c2', status: 'busy' } }],
    ['a message that is no object', { event: 'chat_messages', data: [] as never }],
    ['an older state of what has ended', row('a2', 3, 'pending', [])],
    ['a run of before', run('working')],
  ])('%s changes nothing shown', (_, record) => {
    const model = take(whole, record)
    expect(model.state.messages).toBe(whole.state.messages)
    expect(model.state).toBe(whole.state)
  })

  it('`content: null`, unknown blocks and blocks of no kind are survived', () => {
    for (const content of [
      null,
      undefined,
      'text',
      [null],
      [{ type: 'hologram' }],
      [{ text: 'x' }],
      [{ type: 'image' }],
    ]) {
      const model = play([row('a1', 1, 'ready', content)])
      expect(shown(model)).toEqual([{ id: 'a1', status: 'done', parts: [] }])
    }
  })

  it('partials change the fields they name, and no others', () => {
    const model = play([
      row('a1', 1, 'pending', [text('abc')]),
      {
        event: 'chat_messages',
        data: { data: { id: 'a1', status: 'failed', content: [] }, fields: ['status'] },
      },
    ])
    expect(shown(model)).toEqual([{ id: 'a1', status: 'failed', parts: ['text: abc'] }])
    const chatted = play([
      chat('busy', { name: 'x' }),
      { event: 'chats', data: { data: { id: 'c1', status: 'idle' }, fields: ['status'] } },
    ])
    expect(chatted.chat).toMatchObject({ status: 'idle', name: 'x' })
  })

  it('an end that says nothing of its text keeps the tokens, and asks for a look', () => {
    const model = play([
      row('a1', 1, 'pending', []),
      delta('a1', 1, { response: 'abc' }),
      { event: 'chat_messages', data: { data: { id: 'a1', status: 'ready' }, fields: ['status'] } },
    ])
    expect(last(model)).toBe('text: abc')
    expect(wantsRefetch(model)).toBe(true)
    const after = reduceChat(model, look([chat('idle'), row('a1', 1, 'ready', [text('abcd')])]))
    expect(last(after)).toBe('text: abcd')
    expect(wantsRefetch(after)).toBe(false)
  })

  it('an answer that is older by `updated_at` changes nothing', () => {
    const model = play([row('a1', 1, 'ready', [text('new')], at(2)), row('a1', 1, 'ready', [text('old')], at(1))])
    expect(last(model)).toBe('text: new')
  })

  it.each([
    ['an object', { a: 1 }, { a: 1 }],
    ['JSON', '{"a":1}', { a: 1 }],
    ['the beginning of JSON', '{"a":"hal', { a: 'hal' }],
    ['no JSON at all', 'nonsense', {}],
    ['a list', '[1]', {}],
    ['nothing', null, {}],
    ['a prototype', '{"__proto__":{"x":1},"a":1}', { a: 1 }],
  ])('arguments may be %s', (_, args, expected) => {
    const tool = invocation('pending', { function: { name: 'f', arguments: args } })
    const model = play([row('a1', 1, 'ready', [], { tool_invocations: [tool] })])
    const part = model.state.messages[0]?.parts[0]
    expect(part).toMatchObject({ type: 'tool-call', toolType: 'client', args: expected })
    expect(Object.getPrototypeOf(part?.type === 'tool-call' ? part.args : null)).toBe(Object.prototype)
  })

  it('a call that has ended stays ended', () => {
    const model = play([
      row('a1', 1, 'ready', [], { tool_invocations: [invocation('completed', { result: '{"ok":true}' })] }),
      row('a1', 1, 'ready', [], { tool_invocations: [invocation('in_progress')] }),
    ])
    expect(model.state.messages[0]?.parts[0]).toMatchObject({ status: 'completed', result: { ok: true } })
  })
})

describe('identity', () => {
  it('is kept by messages and parts that a token does not change', () => {
    const before = play(turn.slice(0, 15))
    const after = take(before, turn[15]!)
    expect(after.state.messages.slice(0, -1).every((message, index) => message === before.state.messages[index])).toBe(
      true,
    )
    expect(after.state.messages.at(-1)).not.toBe(before.state.messages.at(-1))
    const thinking = play(turn.slice(0, 7))
    const grown = take(thinking, turn[7]!)
    expect(grown.state.messages[1]?.parts[0]).toBe(thinking.state.messages[1]?.parts[0])
  })

  it('is kept by everything when a look says the same', () => {
    const after = reduceChat(whole, look(storedAfter(turn.length, true)))
    expect(after.state).toBe(whole.state)
  })
})

describe('status', () => {
  const withCall = (status: string, type = 'app') =>
    play([
      ...turn.slice(0, 2),
      row('a1', 2, 'ready', [text('x')], { tool_invocations: [invocation(status, { type })] }),
    ])

  it.each([
    ['submitted', play(turn.slice(0, 2))],
    ['submitted', play(turn.slice(0, 3))],
    ['streaming', play(turn.slice(0, 4))],
    ['awaiting_approval', withCall('awaiting_approval')],
    ['awaiting_input', withCall('awaiting_input')],
    ['awaiting_input', withCall('in_progress', 'client')],
    ['streaming', withCall('in_progress')],
    ['streaming', reduceChat(withCall('in_progress', 'client'), { type: 'answerStarted', callId: 'i1' })],
    ['idle', whole],
  ])('is %s', (status, model) => {
    expect(model.state.status).toBe(status)
  })
})

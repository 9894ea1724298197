import type { Engine } from '@inferstream/engine'
import { createEngine } from '@inferstream/engine'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { WireLine } from './testing/engine-client.ts'
import { call, collect, dataOf, streamOf } from './testing/engine-client.ts'
import type { ChatDto, InvocationDto, MessageDto } from './testing/chat-client.ts'
import { ask, callThat, chatLines, chatOf, isIdle, messagesOf, settled, textOf } from './testing/chat-client.ts'

// A busy machine may be slow.
vi.setConfig({ testTimeout: 60_000 })

let engine: Engine
beforeAll(async () => {
  vi.stubEnv('OPENAI_BASE_URL', undefined)
  vi.stubEnv('OPENAI_API_KEY', undefined)
  engine = await createEngine({ speed: 20, heartbeatMs: 60, workers: 2 })
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await engine.close()
})

const post = (path: string, body: unknown = {}) => call(engine.url, 'POST', path, body)
const rows = (lines: readonly WireLine[]) =>
  lines.filter(({ event }) => event === 'chat_messages').map(({ payload }) => payload as unknown as MessageDto)
const long = 'Tell me a story in 20000 words'

describe('a message', () => {
  it('makes the chat busy, and the answer pending, before its POST is answered', async () => {
    const { json } = await post('/agents/run', {
      agent: 'my-org/assistant@latest',
      chat_id: null,
      input: { text: long },
    })
    const { user_message: asked, assistant_message: answer } = json['data'] as {
      user_message: MessageDto
      assistant_message: MessageDto
    }
    expect(asked).toMatchObject({ role: 'user', status: 'ready', content: [{ type: 'text', text: long }] })
    expect(answer).toMatchObject({ role: 'assistant', status: 'pending', content: [], tool_invocations: [] })
    expect(await chatOf(engine.url, asked.chat_id)).toMatchObject({ status: 'busy', active_run: { state: 'working' } })
    expect((await messagesOf(engine.url, asked.chat_id)).map(({ id }) => id)).toEqual([asked.id, answer.id])
    await post(`/chats/${asked.chat_id}/stop`)
  })

  it.each(['sse', 'ndjson'] as const)(
    'is answered on the stream, as %s: rows before deltas, then message, run, chat',
    async (format) => {
      const chatId = await ask(engine.url, 'What is 17 * 23?')
      const lines = (await chatLines(engine.url, chatId, isIdle, { format })).filter(({ payload }) => payload)
      expect(lines[0]).toMatchObject({ event: 'chats', payload: { id: chatId, status: 'busy' } })
      expect(lines.slice(-3).map(({ event, payload }) => [event, payload?.['status'] ?? payload?.['state']])).toEqual([
        ['chat_messages', 'ready'],
        ['agent_runs', 'completed'],
        ['chats', 'idle'],
      ])
      const known = new Set<unknown>()
      const seqs = new Map<unknown, number[]>()
      const texts = new Map<unknown, string>()
      const thoughts = new Map<unknown, string>()
      for (const { event, payload } of lines) {
        if (event === 'chat_messages') known.add(payload?.['id'])
        if (event !== 'delta') continue
        const {
          delta,
          seq,
          resource_id: id,
        } = payload as { delta: { response?: string; reasoning?: string }; seq: number; resource_id: string }
        expect(known).toContain(id)
        seqs.set(id, [...(seqs.get(id) ?? []), seq])
        texts.set(id, (texts.get(id) ?? '') + (delta.response ?? ''))
        thoughts.set(id, (thoughts.get(id) ?? '') + (delta.reasoning ?? ''))
      }
      for (const all of seqs.values()) expect(all).toEqual(all.map((_, index) => (all[0] ?? 1) + index))
      const last = rows(lines).at(-1)
      expect(textOf(last)).toBe('17 * 23 = 391.')
      expect(texts.get(last?.id)).toBe('17 * 23 = 391.')
      expect(last?.content[0]).toEqual({ type: 'reasoning', text: thoughts.get(last?.id) })
    },
  )

  it('is answered by POST /agents/run with stream in one response: bare rows, typed lines for the rest, then the end', async () => {
    const body = JSON.stringify({ agent: 'local/assistant', stream: true, input: { text: 'What is 2 + 3?' } })
    const response = await fetch(`${engine.url}/agents/run`, {
      method: 'POST',
      body,
      headers: { accept: 'application/x-ndjson' },
    })
    const lines = (await response.text())
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(lines[0]).toMatchObject({ role: 'assistant', status: 'pending' })
    const bare = lines.filter((line) => !('event' in line) && line['type'] !== 'heartbeat')
    expect(bare.every((line) => line['role'] === 'assistant')).toBe(true)
    expect(bare.at(-1)).toMatchObject({ status: 'ready' })
    expect(textOf(bare.at(-1) as unknown as MessageDto)).toBe('2 + 3 = 5.')
    expect(lines.at(-1)).toMatchObject({ event: 'chats', data: { status: 'idle' } })
  })

  it("can start a chat with two calls, as the SDK's React layer does", async () => {
    const chat = (await post('/chats', { agent: 'my-org/assistant@latest', context: { page: 'home' } })).json[
      'data'
    ] as ChatDto
    expect(chat).toMatchObject({ status: 'idle', active_run: null, context: { page: 'home' }, chat_messages: [] })
    const { json } = await post(`/chats/${chat.id}/messages`, { message: 'Hello' })
    expect(json['data'] as MessageDto).toMatchObject({ role: 'user', chat_id: chat.id })
    expect(await settled(engine.url, chat.id)).toMatchObject({ status: 'idle' })
    expect(await call(engine.url, 'GET', `/chats/${chat.id}/status`)).toMatchObject({
      json: { data: { id: chat.id, status: 'idle' } },
    })
  })

  it('carries images and files, and the answer lists them', async () => {
    const { json } = await post('/files', { files: [{ filename: 'notes.txt', content_type: 'text/plain', size: 6 }] })
    const [{ uri, upload_url: place } = { uri: '', upload_url: '' }] = json['data'] as {
      uri: string
      upload_url: string
    }[]
    await fetch(place, { method: 'PUT', body: 'a\nb\nc\n' })
    const input = {
      text: 'Look at these',
      images: ['https://example.com/pictures/cat.png'],
      attachments: [{ uri, filename: 'notes.txt', content_type: 'text/plain' }],
    }
    const chatId = await ask(engine.url, '', { input })
    await settled(engine.url, chatId)
    const [asked, answer] = await messagesOf(engine.url, chatId)
    expect(asked?.content).toEqual([
      { type: 'text', text: 'Look at these' },
      { type: 'file', file: uri },
      { type: 'image', image: 'https://example.com/pictures/cat.png' },
    ])
    expect(textOf(answer)).toContain('the image cat.png')
    expect(textOf(answer)).toContain('the file notes.txt (text/plain, 6 bytes). It begins with “a” and has 3 lines.')
  })
})

describe('a busy chat', () => {
  it('queues messages, cancels one, and answers the other after the turn', async () => {
    const chatId = await ask(engine.url, long)
    const send = async (text: string) =>
      (await post('/agents/run', { chat_id: chatId, agent: 'local/assistant', input: { text } })).json['data'] as {
        user_message: MessageDto
        assistant_message?: MessageDto
      }
    const [first, second] = [await send('What is 1 + 1?'), await send('What is 2 + 2?')]
    expect(first).toMatchObject({ user_message: { status: 'queued' } })
    expect(first.assistant_message).toBeUndefined()
    expect(await post(`/chats/messages/${first.user_message.id}/cancel`)).toMatchObject({
      status: 200,
      json: { data: { status: 'cancelled' } },
    })
    // Repeated, as after a lost response.
    expect(await post(`/chats/messages/${first.user_message.id}/cancel`)).toMatchObject({ status: 200 })
    await post(`/chats/${chatId}/stop`)
    await settled(engine.url, chatId)
    const messages = await messagesOf(engine.url, chatId)
    expect(messages.map(({ role, status }) => `${role} ${status}`)).toEqual([
      'user ready',
      'assistant cancelled',
      'user cancelled',
      'user ready',
      'assistant ready',
      'tool ready',
      'assistant ready',
    ])
    expect(textOf(messages.at(-1))).toBe('2 + 2 = 4.')
    expect(await post(`/chats/messages/${second.user_message.id}/cancel`)).toMatchObject({
      status: 409,
      json: { type: expect.stringMatching(/conflict$/) },
    })
  })

  it('stops: the text so far stays, the run is canceled, and a second stop changes nothing', async () => {
    const chatId = await ask(engine.url, long)
    await chatLines(engine.url, chatId, ({ payload }) => payload?.['seq'] === 40)
    await post(`/chats/${chatId}/stop`)
    const chat = await chatOf(engine.url, chatId)
    expect(chat).toMatchObject({ status: 'idle', active_run: { state: 'canceled' } })
    const answer = (await messagesOf(engine.url, chatId)).at(-1)
    expect(answer?.status).toBe('cancelled')
    expect(textOf(answer).length).toBeGreaterThan(50)
    await post(`/chats/${chatId}/stop`)
    expect((await chatOf(engine.url, chatId)).updated_at).toBe(chat.updated_at)
  })

  it('sends a reader that joins during an answer all text so far, and deltas that continue it', async () => {
    const chatId = await ask(engine.url, 'Tell me a story in 100 words')
    await chatLines(engine.url, chatId, ({ payload }) => payload?.['seq'] === 30)
    const lines = await chatLines(engine.url, chatId, isIdle)
    const opening = rows(lines).find(({ role, status }) => role === 'assistant' && status === 'pending')
    const pieces = lines
      .filter(({ event }) => event === 'delta')
      .map(({ payload }) => (payload as { delta: { response?: string } }).delta.response ?? '')
    expect(textOf(opening) + pieces.join('')).toBe(textOf(rows(lines).at(-1)))
    expect(pieces.length).toBeGreaterThan(10)
  })

  it('resumes an SSE stream after the id of the last frame', async () => {
    const chatId = await ask(engine.url, 'Tell me a story in 60 words')
    const first = await chatLines(engine.url, chatId, ({ payload }) => payload?.['seq'] === 20)
    const left = first.findLast(({ id }) => id !== null)?.id ?? ''
    await settled(engine.url, chatId)
    const rest = await chatLines(engine.url, chatId, isIdle, { lastEventId: left })
    const seqs = [...first, ...rest].filter(({ event }) => event === 'delta').map(({ payload }) => payload?.['seq'])
    expect(seqs).toEqual(seqs.map((_, index) => Number(seqs[0]) + index))
  })
})

describe('a tool', () => {
  it('of the client waits for its result, and the turn goes on with it', async () => {
    const chatId = await ask(engine.url, 'Explain quantum entanglement')
    const waiting = await callThat(engine.url, chatId, 'awaiting_input')
    expect(waiting).toMatchObject({
      type: 'client',
      function: { name: 'look_up', arguments: { topic: 'quantum entanglement' } },
    })
    expect(await chatOf(engine.url, chatId)).toMatchObject({
      status: 'awaiting_input',
      active_run: { state: 'input_required', interrupt_reason: 'client_tool' },
      pending_interrupts: [{ reason: 'client_tool', resource_id: waiting.id, meta: { tool_name: 'look_up' } }],
    })
    const answered = await post(`/tools/${waiting.id}`, { result: 'They are one.' })
    expect(answered).toMatchObject({ status: 200, json: { data: { status: 'completed', result: 'They are one.' } } })
    await settled(engine.url, chatId)
    const messages = await messagesOf(engine.url, chatId)
    expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'assistant'])
    expect(new Set(messages.slice(1).map(({ agent_run_id: run }) => run)).size).toBe(1)
    expect(textOf(messages.at(-1))).toBe('look_up says: They are one.')
  })

  it('accepts one result: a repetition changes nothing, a different one is refused', async () => {
    const chatId = await ask(engine.url, 'Explain entropy')
    const { id } = await callThat(engine.url, chatId, 'awaiting_input')
    expect((await post(`/tools/${id}`, { result: { action: { type: 'ok' } } })).status).toBe(200)
    expect((await post(`/tools/${id}`, { result: '{"action":{"type":"ok"}}' })).status).toBe(200)
    expect(await post(`/tools/${id}`, { result: 'other' })).toMatchObject({
      status: 409,
      json: { detail: expect.stringContaining('completed') },
    })
    expect(await post(`/tools/${id}/invoke`)).toMatchObject({ status: 409 })
    await settled(engine.url, chatId)
  })

  it('that renders runs a task that can be followed, and a stop cancels it', async () => {
    const chatId = await ask(engine.url, 'Render a red ball 64x40 with 2 samples')
    const running = await callThat(engine.url, chatId, 'in_progress')
    expect(running).toMatchObject({ type: 'app', execution_id: expect.stringMatching(/^[0-9a-z]{26}$/) })
    const lines = await collect(engine.url, running.execution_id ?? '')
    expect(lines[0]?.payload).toMatchObject({
      chat_id: chatId,
      input: { prompt: 'red ball', width: 64, height: 40, samples: 2 },
    })
    expect(dataOf(lines.at(-1) as WireLine)['status']).toBe(10)
    await settled(engine.url, chatId)
    expect(textOf((await messagesOf(engine.url, chatId)).at(-1))).toMatch(
      /^Here is red ball, traced ray by ray: http:.*\/files\/[0-9a-z]{26}$/,
    )

    const other = await ask(engine.url, 'Render a blue ball with 200 samples')
    const { execution_id: taskId } = await callThat(engine.url, other, 'in_progress')
    await post(`/chats/${other}/stop`)
    const ended = await collect(engine.url, taskId ?? '')
    expect(dataOf(ended.at(-1) as WireLine)['status']).toBe(12)
    expect((await messagesOf(engine.url, other)).at(-1)?.tool_invocations[0]?.status).toBe('cancelled')
  })

  it.each<[how: string, decide: (call: InvocationDto, chat: ChatDto) => ReturnType<typeof post>, answer: string]>([
    ['allowed', (each) => post(`/tools/${each.id}/invoke`), 'I will remember that your name is Ada.'],
    [
      'rejected',
      (each) => post(`/tools/${each.id}/reject`, { reason: 'private' }),
      'I did not run remember. The user did not allow this: private',
    ],
    [
      'always allowed',
      (each, chat) => post(`/chats/${chat.id}/tools/${each.id}/always-allow`, { tool_name: 'remember' }),
      'I will remember that your name is Ada.',
    ],
    [
      'allowed through its interrupt',
      (_each, chat) => post(`/interrupts/${chat.pending_interrupts[0]?.id}/resolve`, { decision: 'allow' }),
      'I will remember that your name is Ada.',
    ],
    [
      'denied through its interrupt',
      (_each, chat) => post(`/interrupts/${chat.pending_interrupts[0]?.id}/resolve`, { decision: 'deny' }),
      'I did not run remember. The user did not allow this',
    ],
  ])('that needs approval waits until it is %s', async (how, decide, answer) => {
    const chatId = await ask(engine.url, 'Remember that my name is Ada')
    const waiting = await callThat(engine.url, chatId, 'awaiting_approval')
    const chat = await chatOf(engine.url, chatId)
    expect(chat.pending_interrupts).toMatchObject([
      { reason: 'tool_approval', meta: { tool_name: 'remember', arguments: { key: 'my name' } } },
    ])
    const listed = await call(engine.url, 'GET', `/agent-runs/${chat.active_run?.id}/interrupts`)
    expect(listed.json['data']).toEqual(chat.pending_interrupts)
    expect((await decide(waiting, chat)).status).toBe(200)
    expect((await decide(waiting, chat)).status).toBe(409)
    const idle = await settled(engine.url, chatId)
    expect(textOf((await messagesOf(engine.url, chatId)).at(-1))).toBe(answer)
    const isAllowed = !/reject|denied/.test(how)
    expect(idle.agent_data.memory).toEqual(isAllowed ? { 'my name': 'Ada' } : {})
    expect(idle.agent_data.always_allowed_tools).toEqual(how === 'always allowed' ? ['remember'] : [])
  })

  it('that is always allowed needs no further approval in this chat', async () => {
    const chatId = await ask(engine.url, 'Remember that my name is Ada')
    const { id } = await callThat(engine.url, chatId, 'awaiting_approval')
    await post(`/chats/${chatId}/tools/${id}/always-allow`, { tool_name: 'remember' })
    await settled(engine.url, chatId)
    await post(`/chats/${chatId}/messages`, { message: 'Remember that my dog is Rex' })
    const idle = await settled(engine.url, chatId)
    expect(idle.agent_data.memory).toEqual({ 'my name': 'Ada', 'my dog': 'Rex' })
  })

  it('of an agent config is called, after approval if it requires one; a type that the engine cannot call fails with a reason', async () => {
    const agent_config = {
      core_app: { ref: 'local/assistant' },
      system_prompt: 'You are a gardener.',
      tools: [
        {
          name: 'echo_text',
          type: 'app',
          description: 'Echoes text',
          require_approval: true,
          app: { ref: 'local/echo', input: { from: 'config' } },
        },
        { name: 'water_plants', type: 'http', description: 'Waters plants', http: { url: 'https://example.com' } },
      ],
    }
    const chatId = await ask(engine.url, 'Use echo_text. Then use water_plants.', { agent: undefined, agent_config })
    const { id } = await callThat(engine.url, chatId, 'awaiting_approval')
    await post(`/tools/${id}/invoke`)
    await settled(engine.url, chatId)
    const [, first, ...rest] = await messagesOf(engine.url, chatId)
    expect(first?.tool_invocations).toMatchObject([
      { type: 'app', status: 'completed', result: '{"from":"config"}' },
      { type: 'http', status: 'failed', result: expect.stringContaining('does not call tools of the type "http"') },
    ])
    expect(first?.content[0]?.text).toContain('You are a gardener.')
    expect(textOf(rest.at(-1))).toContain('water_plants failed')
  })
})

describe('chats', () => {
  it('are read page by page from the end, in order', async () => {
    const chatId = await ask(engine.url, 'Hello')
    await settled(engine.url, chatId)
    for (let count = 0; count < 4; count++) {
      await post(`/chats/${chatId}/messages`, { message: 'Hello' })
      await settled(engine.url, chatId)
    }
    const seen: number[][] = []
    let cursor = ''
    do {
      const { json } = await call(engine.url, 'GET', `/chats/${chatId}/messages?limit=4&cursor=${cursor}`)
      const page = json['data'] as { items: MessageDto[]; next_cursor: string; has_next: boolean }
      seen.push(page.items.map(({ order }) => order))
      cursor = page.next_cursor
      expect(page.has_next).toBe(cursor !== '')
    } while (cursor !== '')
    expect(seen).toEqual([
      [6, 7, 8, 9],
      [2, 3, 4, 5],
      [0, 1],
    ])
  })

  it('are listed, renamed, given another agent and deleted', async () => {
    const chatId = await ask(engine.url, 'Hello')
    await settled(engine.url, chatId)
    expect(((await post('/chats/list', { limit: 1 })).json['data'] as { items: ChatDto[] }).items[0]?.id).toBe(chatId)
    expect((await post(`/chats/${chatId}`, { name: 'Mine' })).json['data']).toMatchObject({ name: 'Mine' })
    expect((await post(`/chats/${chatId}/agent`, { agent: 'my-org/assistant' })).status).toBe(200)
    expect((await call(engine.url, 'DELETE', `/chats/${chatId}`)).status).toBe(200)
    expect((await call(engine.url, 'GET', `/chats/${chatId}`)).status).toBe(404)
  })

  it('stay open on the stream across turns, with heartbeats between them', async () => {
    const chatId = await ask(engine.url, 'Hello')
    const states: unknown[] = []
    let beats = 0
    for await (const { event, payload } of streamOf(`${engine.url}/chats/${chatId}/stream`)) {
      if (payload === null && ++beats === 1) await post(`/chats/${chatId}/messages`, { message: 'Hi' })
      if (event === 'agent_runs') states.push(payload?.['state'])
      if (states.length === 2) break
    }
    expect(states).toEqual(['completed', 'completed'])
    expect(beats).toBeGreaterThan(0)
  })
})

describe('bad input', () => {
  const input = { text: 'Hi' }
  it.each<[name: string, path: string, body: unknown, status: number, detail: string]>([
    ['an agent that does not exist', '/agents/run', { agent: 'local/asistant', input }, 404, 'local/assistant'],
    ['no agent', '/agents/run', { input }, 422, 'has no agent'],
    [
      'a config with an unknown core app',
      '/agents/run',
      { agent_config: { core_app: { ref: 'x/y' } }, input },
      404,
      '"x/y"',
    ],
    ['a config without a core app', '/agents/run', { agent_config: {}, input }, 422, 'has no agent'],
    [
      'a tool without a name',
      '/agents/run',
      { agent_config: { core_app: { ref: 'local/assistant' }, tools: [{ type: 'client' }] }, input },
      422,
      'agent_config.tools[0]',
    ],
    ['tools that are not a list', '/agents/run', { agent: 'local/assistant', tools: {}, input }, 422, 'must be a list'],
    ['no input', '/agents/run', { agent: 'local/assistant' }, 422, 'no message'],
    ['an empty message', '/agents/run', { agent: 'local/assistant', input: { text: ' ' } }, 422, 'is empty'],
    ['an unknown chat', '/agents/run', { agent: 'local/assistant', chat_id: 'gone', input }, 404, 'no chat "gone"'],
    ['a message to an unknown chat', '/chats/gone/messages', { message: 'Hi' }, 404, 'no chat "gone"'],
    ['a stop of an unknown chat', '/chats/gone/stop', {}, 404, 'no chat'],
    ['a result for an unknown call', '/tools/gone', { result: 'x' }, 404, 'no tool call'],
    ['a decision on an unknown interrupt', '/interrupts/gone/resolve', { decision: 'allow' }, 404, 'no interrupt'],
    ['an unknown message', '/chats/messages/gone/cancel', {}, 404, 'no message'],
    [
      'a message that is too long',
      '/agents/run',
      { agent: 'local/assistant', input: { text: 'x'.repeat(200_001) } },
      413,
      'the limit is 200000',
    ],
    [
      'too many tools',
      '/agents/run',
      { agent: 'local/assistant', tools: Array(129).fill(null), input },
      422,
      'more than 128',
    ],
    ['invalid JSON', '/agents/run', '{', 400, 'not valid JSON'],
  ])('%s is refused with a reason', async (_name, path, body, status, detail) => {
    const refused = await post(path, body)
    expect(refused.status).toBe(status)
    expect(refused.headers.get('content-type')).toBe('application/problem+json')
    expect(refused.json['detail']).toContain(detail)
  })

  it.each([
    '/chats/gone',
    '/chats/gone/messages',
    '/chats/gone/status',
    '/chats/gone/stream',
    '/agents/no/agent',
    '/agent-runs/gone/interrupts',
  ])('GET %s is a 404', async (path) => {
    expect((await call(engine.url, 'GET', path)).status).toBe(404)
  })

  it('an invalid decision, and a missing result, leave the call waiting', async () => {
    const chatId = await ask(engine.url, 'Explain entropy')
    const { id } = await callThat(engine.url, chatId, 'awaiting_input')
    const { pending_interrupts: interrupts } = await chatOf(engine.url, chatId)
    expect((await post(`/tools/${id}`, {})).status).toBe(422)
    expect((await post(`/interrupts/${interrupts[0]?.id}/resolve`, { decision: 'maybe' })).status).toBe(422)
    expect((await post(`/interrupts/${interrupts[0]?.id}/resolve`, { decision: 'allow' })).status).toBe(409)
    expect((await chatOf(engine.url, chatId)).status).toBe('awaiting_input')
    await post(`/tools/${id}/reject`, { reason: 'no' })
    await settled(engine.url, chatId)
    expect(textOf((await messagesOf(engine.url, chatId)).at(-1))).toBe('I did not run look_up. no')
  })

  it('an approval that is refused leaves the call waiting, so that it can be approved again', async () => {
    const chatId = await ask(engine.url, 'Remember that my name is Ada')
    const { id } = await callThat(engine.url, chatId, 'awaiting_approval')
    const refused = await post(`/tools/${id}/invoke?chaos=http403=1`)
    expect(refused).toMatchObject({ status: 403, json: { type: expect.stringMatching(/forbidden$/) } })
    expect((await chatOf(engine.url, chatId)).status).toBe('awaiting_input')
    expect((await post(`/tools/${id}/invoke`)).status).toBe(200)
    await settled(engine.url, chatId)
  })

  it('does not stop the engine: a stream is cut by chaos, then resumed', async () => {
    const chatId = await ask(engine.url, 'Hello')
    await settled(engine.url, chatId)
    const response = await fetch(`${engine.url}/chats/${chatId}/stream?chaos=end=100`)
    expect((await response.text()).length).toBeLessThanOrEqual(100)
    expect((await chatLines(engine.url, chatId, isIdle)).length).toBeGreaterThan(0)
  })
})

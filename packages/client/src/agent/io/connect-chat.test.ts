// What a conversation shows across lost connections, from the requests to the pieces of `onMessage`.
import type { AgentEvent } from '../agent-types.ts'
import { describe, expect, it } from 'vitest'
import { createClient } from '../../client/client.ts'
// What the client loads when it needs it is loaded already, so that tests need not wait for it.
import '../../http/http-error.ts'
import '../../transports/http/http-resources.ts'
import '../../wire/ndjson.ts'
import '../../wire/sse.ts'
import '../open-agent.ts'
import { manualPlatform, settled } from '../../../test/manual-platform.ts'
import { scriptedChats } from '../scripted-chats.ts'

let services = 0

interface Stream {
  readonly lastEventId: string | null
  send(...records: { event: string; data: object; id?: number }[]): Promise<void>
  cut(): Promise<void>
}

/** A chat whose streams the test writes by hand, as SSE with ids. */
async function start() {
  const platform = manualPlatform()
  const chats = scriptedChats()
  const streams: Stream[] = []
  chats.override = (_, path, init) => (path.endsWith('/stream') ? openStream(init) : undefined)

  function openStream({ headers, signal }: RequestInit): Response {
    let controller: ReadableStreamDefaultController<Uint8Array>
    const body = new ReadableStream<Uint8Array>({
      start: (started) => {
        controller = started
        signal?.addEventListener('abort', () => controller.error(new DOMException('Aborted', 'AbortError')))
      },
    })
    streams.push({
      lastEventId: new Headers(headers).get('last-event-id'),
      async send(...records) {
        const frames = records.map(
          ({ event, data, id }) =>
            `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`,
        )
        controller.enqueue(new TextEncoder().encode(frames.join('')))
        await settled()
      },
      async cut() {
        controller.error(new TypeError('terminated'))
        await settled()
        await platform.advance(100)
      },
    })
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
  }

  const client = createClient(
    {
      baseUrl: `https://connect-${++services}.test`,
      fetch: chats.fetch,
      retry: { baseDelay: 100, maxDelay: 100, maxAttempts: 10 },
    },
    platform,
  )
  const agent = client.agent('my-org/assistant')
  const pieces: AgentEvent[] = []
  const reply = agent.sendMessage('Hi', { onMessage: (piece) => pieces.push(piece) })
  await settled()
  const chat = chats.last
  const message = (text: string, status = 'pending') => {
    chat.answer.content = [{ type: 'text', text }]
    return {
      id: chat.answer.id,
      chat_id: chat.id,
      order: 2,
      role: 'assistant',
      status,
      content: [{ type: 'text', text }],
    }
  }
  const token = (response: string, seq?: number) => ({ delta: { response }, resource_id: chat.answer.id, seq })
  const busy = { id: chat.id, status: 'busy', active_run: { id: 'run-m1', chat_id: chat.id, state: 'working' } }
  return { platform, chats, chat, agent, reply, pieces, streams, message, token, busy }
}

type Started = Awaited<ReturnType<typeof start>>

const textOf = ({ agent }: Started) =>
  agent.state.messages.at(-1)?.parts.flatMap((part) => (part.type === 'text' ? [part.text] : []))
const contents = ({ pieces }: Started) => pieces.filter(({ type }) => type === 'text').map(({ content }) => content)

async function end(one: Started) {
  one.chat.end('Hello world')
  await one.streams.at(-1)!.cut()
  await one.platform.advance(1_100)
  expect(await one.reply).toMatchObject({ text: 'Hello world', status: 'completed' })
  expect(contents(one).join('')).toBe('Hello world')
}

describe('tokens after a loss', () => {
  it.each([
    ['numbered', true],
    ['without numbers', false],
  ])(
    'are shown and told once where the rows have them already and the stream resumes by id: %s',
    async (_, isNumbered) => {
      const one = await start()
      const { streams, message, token, busy } = one
      const at = (seq: number) => (isNumbered ? seq : undefined)
      await streams[0]!.send({ event: 'chats', data: busy, id: 1 })
      await streams[0]!.send({ event: 'chat_messages', data: { ...message(''), content: [] }, id: 2 })
      await streams[0]!.send({ event: 'delta', data: token('Hel', at(1)), id: 3 })
      await streams[0]!.send({ event: 'delta', data: token('lo ', at(2)), id: 4 })
      message('Hello wor')
      await streams[0]!.cut()
      expect(streams[1]?.lastEventId).toBe('4')
      expect(textOf(one)).toEqual(['Hello wor'])
      await streams[1]!.send({ event: 'delta', data: token('wo', at(3)), id: 5 })
      await streams[1]!.send({ event: 'delta', data: token('r', at(4)), id: 6 })
      expect(textOf(one)).toEqual(['Hello wor'])
      await streams[1]!.send({ event: 'delta', data: token('ld', at(5)), id: 7 })
      expect(textOf(one)).toEqual(['Hello world'])
      await end(one)
    },
  )

  it('of a message that was joined in the middle are shown once', async () => {
    const one = await start()
    const { streams, message, token, busy } = one
    await streams[0]!.send({ event: 'chats', data: busy, id: 1 })
    await streams[0]!.send({ event: 'chat_messages', data: message('Hello '), id: 2 })
    // The refetch that follows the opening of a stream.
    await one.platform.advance(0)
    message('Hello wor')
    await streams[0]!.cut()
    await streams[1]!.send(
      { event: 'delta', data: token('wor', 7), id: 3 },
      { event: 'delta', data: token('ld', 8), id: 4 },
    )
    expect(textOf(one)).toEqual(['Hello world'])
    await end(one)
  })

  it('go on from the rows where the stream does not resume although it was asked to', async () => {
    const one = await start()
    const { streams, message, token, busy } = one
    await streams[0]!.send({ event: 'chats', data: busy, id: 1 })
    await streams[0]!.send({ event: 'delta', data: token('Hello '), id: 2 })
    // The refetch that follows the opening of a stream.
    await one.platform.advance(0)
    message('Hello wor')
    await streams[0]!.cut()
    await streams[1]!.send(
      { event: 'chats', data: busy, id: 9 },
      { event: 'chat_messages', data: message('Hello wor') },
    )
    await streams[1]!.send({ event: 'delta', data: token('ld'), id: 10 })
    expect(textOf(one)).toEqual(['Hello world'])
    await end(one)
  })

  it('are shown once where the rows of a fresh stream are ahead of it', async () => {
    const one = await start()
    const { streams, message, token, busy } = one
    await streams[0]!.send(
      { event: 'chats', data: busy },
      { event: 'chat_messages', data: { ...message(''), content: [] } },
    )
    await streams[0]!.send({ event: 'delta', data: token('Hel', 1) }, { event: 'delta', data: token('lo ', 2) })
    // The refetch that follows the opening of a stream.
    await one.platform.advance(0)
    message('Hello wor')
    await streams[0]!.cut()
    await streams[1]!.send({ event: 'chats', data: busy }, { event: 'chat_messages', data: message('Hello wor') })
    await streams[1]!.send({ event: 'delta', data: token('wor', 3) }, { event: 'delta', data: token('ld', 4) })
    expect(textOf(one)).toEqual(['Hello world'])
    await end(one)
  })
})

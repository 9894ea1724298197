import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Engine } from './engine.ts'
import { startEngine } from './engine.ts'
import type { ChatLimits } from './limits.ts'
import { defaultLimits } from './limits.ts'
import { ask, callThat, chatLines, messagesOf, settled } from './testing/chat-client.ts'
import { call } from './testing/engine-client.ts'
import type { WireLine } from './testing/engine-client.ts'

// Real servers, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000 })

const engines: Engine[] = []
afterEach(async () => {
  vi.unstubAllEnvs()
  await Promise.all(engines.splice(0).map((engine) => engine.close()))
})

async function limited(chat: Partial<ChatLimits>): Promise<string> {
  vi.stubEnv('OPENAI_BASE_URL', undefined)
  vi.stubEnv('OPENAI_API_KEY', undefined)
  const limits = { ...defaultLimits, chat: { ...defaultLimits.chat, ...chat } }
  const engine = await startEngine({ speed: 20 }, { limits })
  engines.push(engine)
  return engine.url
}

const say = (url: string, text: string, more: object = {}) =>
  call(url, 'POST', '/agents/run', { agent: 'local/assistant', input: { text }, ...more })
const isAnswer = ({ payload }: WireLine) => JSON.stringify(payload).includes('3 + 3 = 6.')
const long = 'Tell me a story in 20000 words'

describe('agents have limits', () => {
  it('refuses messages beyond the queue limit with 429 and Retry-After, and accepts them later', async () => {
    const url = await limited({ queuedMessages: 2 })
    const chatId = await ask(url, long)
    for (const text of ['What is 1 + 1?', 'What is 2 + 2?']) await ask(url, text, { chat_id: chatId })
    for (const refused of [
      await say(url, 'What is 3 + 3?', { chat_id: chatId }),
      await call(url, 'POST', `/chats/${chatId}/messages`, { message: 'What is 3 + 3?' }),
    ]) {
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '5'])
      expect(refused.json['detail']).toMatch(/2 messages of this chat are waiting/)
    }
    await call(url, 'POST', `/chats/${chatId}/stop`)
    await settled(url, chatId)
    expect((await say(url, 'What is 3 + 3?', { chat_id: chatId })).status).toBe(200)
    expect((await chatLines(url, chatId, isAnswer)).length).toBeGreaterThan(0)
  })

  it('refuses a new chat with 429 while all are busy, and drops the one idle longest otherwise', async () => {
    const url = await limited({ chats: 2 })
    const [first, second] = [await ask(url, long), await ask(url, long)]
    const refused = await say(url, 'What is 1 + 1?')
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '5'])
    await call(url, 'POST', `/chats/${first}/stop`)
    await settled(url, first)
    expect((await say(url, 'What is 1 + 1?')).status).toBe(200)
    expect((await call(url, 'GET', `/chats/${first}`)).status).toBe(404)
    expect((await call(url, 'GET', `/chats/${second}`)).status).toBe(200)
  })

  it.each<[string, Partial<ChatLimits>]>([
    ['messages', { messages: 4 }],
    ['characters', { chatCharacters: 2_000 }],
  ])('refuses more in a chat that is full of %s with 409', async (_, limits) => {
    const url = await limited(limits)
    const chatId = await ask(url, 'What is 17 * 23?')
    await settled(url, chatId)
    const { status, json } = await say(url, 'What is 1 + 1?', { chat_id: chatId })
    expect([status, json['title']]).toEqual([409, 'Chat is full'])
  })

  it('refuses a message, and a result, that is too long with 413', async () => {
    const url = await limited({ messageCharacters: 100 })
    expect((await say(url, 'x'.repeat(101))).status).toBe(413)
    const chatId = await ask(url, 'Explain entropy')
    const { id } = await callThat(url, chatId, 'awaiting_input')
    expect((await call(url, 'POST', `/tools/${id}`, { result: 'x'.repeat(101) })).status).toBe(413)
    expect((await call(url, 'POST', `/tools/${id}`, { result: 'short' })).status).toBe(200)
    await settled(url, chatId)
  })

  it('ends a turn whose client tool gets no result in time, and one whose answer has no end', async () => {
    const url = await limited({ inputMs: 50, answerCharacters: 5_000 })
    const chatId = await ask(url, 'Explain entropy')
    expect(await settled(url, chatId)).toMatchObject({ active_run: { state: 'completed' } })
    const calls = (await messagesOf(url, chatId)).flatMap((message) => message.tool_invocations)
    expect(calls).toMatchObject([{ status: 'failed', result: 'The client gave no result in time.' }])
    await ask(url, long, { chat_id: chatId })
    expect(await settled(url, chatId)).toMatchObject({
      active_run: { state: 'failed', error: 'The answer is longer than 5000 characters.' },
    })
  })
})

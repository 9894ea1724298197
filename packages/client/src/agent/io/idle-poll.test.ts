// A chat that is only shown: what others say in it is heard within seconds, and no stream is held for it.
import { describe, expect, it } from 'vitest'
import { createClient } from '../../client/client.ts'
// What the client loads when it needs it is loaded already, so that tests need not wait for it.
import '../../http/http-error.ts'
import '../../transports/http/http-resources.ts'
import '../../wire/ndjson.ts'
import '../open-agent.ts'
import { manualPlatform, settled } from '../../../test/manual-platform.ts'
import { scriptedChats, json } from '../scripted-chats.ts'

let services = 0

async function watched() {
  const platform = manualPlatform()
  const chats = scriptedChats()
  const baseUrl = `https://idle-${++services}.test`
  const client = createClient(
    { baseUrl, fetch: chats.fetch, format: 'ndjson', retry: { baseDelay: 100, maxDelay: 200, maxAttempts: 3 } },
    platform,
  )
  const chat = chats.create('shared')
  chat.add(['Hi', 'Hello'])
  const agent = client.agent('my-org/assistant', { chatId: 'shared' })
  const leave = agent.subscribe(() => {})
  await settled()
  /** Another tab asks. */
  const ask = async (text: string) => {
    const body = JSON.stringify({ chat_id: 'shared', input: { text } })
    await chats.fetch(`${baseUrl}/agents/run`, { method: 'POST', body })
  }
  const texts = () =>
    agent.state.messages.flatMap(({ parts }) => parts.map((part) => part.type === 'text' && part.text))
  return { platform, chats, chat, agent, leave, ask, texts }
}

describe('an idle chat', () => {
  it('hears within seconds what another tab asks, follows the answer, and holds no stream before and after', async () => {
    const { platform, chat, agent, ask, texts } = await watched()
    await platform.advance(60_000)
    expect(chat.streams).toBe(0)
    await ask('Anything new?')
    await platform.advance(5_000)
    expect(texts()).toContain('Anything new?')
    expect(chat.streams).toBe(1)
    chat.delta({ response: 'Not ' })
    await settled()
    expect(agent.state.status).toBe('streaming')
    chat.end('Not much')
    await settled()
    expect(texts().at(-1)).toBe('Not much')
    expect([agent.state.status, chat.streams]).toEqual(['idle', 0])
  })

  it('sees what was said and answered between two glances', async () => {
    const { platform, chat, ask, texts } = await watched()
    await platform.advance(7_000)
    await ask('Quick?')
    chat.end('Yes')
    await platform.advance(5_000)
    expect(texts()).toEqual(['Hi', 'Hello', 'Quick?', 'Yes'])
  })

  it('costs one small request in five seconds, and none while nobody can see it', async () => {
    const { platform, chats } = await watched()
    const before = chats.requests.length
    await platform.advance(20_000)
    expect(chats.requests.slice(before).map(({ path }) => path)).toEqual(Array(4).fill('/chats/shared/status'))
    for (const what of ['visible', 'online'] as const) {
      platform[what] = false
      await platform.advance(60_000)
      expect(chats.requests.length - before).toBe(4)
      platform[what] = true
    }
  })

  it.each(['visible', 'online'] as const)('is looked at as soon as its page is %s again', async (event) => {
    const { platform, ask, texts } = await watched()
    platform[event] = false
    await platform.advance(60_000)
    await ask('Anything new?')
    platform[event] = true
    await platform.wake(event)
    expect(texts()).toContain('Anything new?')
  })

  it('that was deleted elsewhere says so, and is asked for no more', async () => {
    const { platform, chats, agent } = await watched()
    chats.chats.delete('shared')
    await platform.advance(5_000)
    expect(agent.state).toMatchObject({ status: 'error', error: { code: 'not_found' } })
    const before = chats.requests.length
    await platform.advance(60_000)
    expect(chats.requests).toHaveLength(before)
    expect([platform.timers, platform.wakeListeners]).toEqual([0, 0])
  })

  it('of a service that does not answer is asked for less and less, and goes on without an error', async () => {
    const { platform, chats, agent, ask, texts } = await watched()
    const before = chats.requests.length
    chats.override = () => json({ detail: 'Busy.' }, 503)
    await platform.advance(300_000)
    expect(chats.requests.length - before).toBeLessThan(12)
    expect(agent.state.error).toBeNull()
    chats.override = () => undefined
    await ask('Back?')
    await platform.advance(60_000)
    expect(texts()).toContain('Back?')
  })

  it('nobody looks at any more is left alone', async () => {
    const { platform, chats, leave } = await watched()
    leave()
    const before = chats.requests.length
    await platform.advance(60_000)
    expect(chats.requests).toHaveLength(before)
    expect([platform.timers, platform.wakeListeners]).toEqual([0, 0])
  })

  it('whose connection was lost for good comes back with the network', async () => {
    const { platform, chats, chat, agent, ask, texts } = await watched()
    await ask('Still there?')
    await platform.advance(5_000)
    chats.override = (method) => (method === 'GET' ? Promise.reject(new TypeError('fetch failed')) : undefined)
    chat.disconnect()
    await platform.advance(120_000)
    expect(agent.state).toMatchObject({ status: 'error', connection: 'closed', error: { code: 'network' } })
    chats.override = () => undefined
    chat.end('Yes')
    await platform.wake('online')
    expect(texts().at(-1)).toBe('Yes')
    expect(agent.state).toMatchObject({ status: 'idle', error: null })
  })
})

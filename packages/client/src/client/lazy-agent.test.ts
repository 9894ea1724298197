// What is typed while the code for agents is on its way, or does not come, is shown, and nothing of it is lost.
import type { AgentState, OpenAgent } from '../agent/agent-types.ts'
import { describe, expect, it } from 'vitest'
import { scriptedChats } from '../agent/scripted-chats.ts'
// Loaded already, so that only the test decides when it is here.
import '../agent/open-agent.ts'
import '../transports/http/http-resources.ts'
import '../wire/ndjson.ts'
import { lazyAgent } from './lazy-agent.ts'
import { httpTransport } from '../transports/http/http-transport.ts'
import { manualPlatform, settled } from '../../test/manual-platform.ts'
import { uncaughtIn } from '../../test/uncaught.ts'

let services = 0

function start(chatId: string | null = null) {
  const platform = manualPlatform()
  const chats = scriptedChats()
  const options = { baseUrl: `https://deferred-${++services}.test`, fetch: chats.fetch, format: 'ndjson' as const }
  const attempts: { arrive: () => void; fail: () => void }[] = []
  const load = async (): Promise<OpenAgent> => {
    await new Promise<void>((resolve, reject) => {
      attempts.push({ arrive: resolve, fail: () => reject(new TypeError('no such chunk')) })
    })
    const resources = await httpTransport(options, platform).resources?.()
    if (!resources) throw new Error('HTTP has resources.')
    return resources.openAgent('my-org/assistant', {})
  }
  const agent = lazyAgent(chatId, load, platform)
  const seen: AgentState[] = []
  agent.subscribe(() => void seen.push(agent.state))
  return { agent, chats, seen, arrive: () => attempts.at(-1)?.arrive(), fail: () => attempts.at(-1)?.fail() }
}

describe('a message typed before the code is here', () => {
  it('is shown at once, and keeps its id when it is sent', async () => {
    const { agent, chats, seen, arrive } = start()
    const reply = agent.sendMessage('Hi')
    expect(agent.state).toMatchObject({ status: 'submitted', messages: [{ role: 'user', status: 'sending' }] })
    expect(seen.at(-1)?.messages).toHaveLength(1)
    arrive()
    await settled()
    chats.last.end('Hello')
    expect(await reply).toMatchObject({ text: 'Hello' })
    const ids = new Set(seen.filter(({ messages }) => messages.length > 0).map(({ messages }) => messages[0]?.id))
    expect([...ids]).toEqual([agent.state.messages[0]?.id])
    expect(seen.slice(1).every(({ messages }) => messages.length > 0)).toBe(true)
  })

  it('is sent although a listener throws', async () => {
    const { agent, chats, arrive } = start()
    const uncaught = await uncaughtIn(async () => {
      agent.subscribe(() => {
        throw new Error('mine')
      })
      const reply = agent.sendMessage('Hi')
      arrive()
      await settled()
      chats.last.end('Hello')
      expect(await reply).toMatchObject({ text: 'Hello' })
    })
    expect(new Set(uncaught.map(String))).toEqual(new Set(['Error: mine']))
  })

  it('waits its turn behind another', async () => {
    const { agent, chats, arrive } = start()
    void agent.sendMessage('one')
    void agent.sendMessage('two')
    const ids = agent.state.messages.map(({ id }) => id)
    arrive()
    await settled()
    expect([agent.state.messages[0]?.id, agent.state.queued[0]?.id]).toEqual(ids)
    expect(chats.last.rows.map(({ role, status }) => `${role} ${status}`)).toEqual([
      'user ready',
      'assistant pending',
      'user queued',
    ])
  })

  it('stays with its reason where the code does not come, and is sent by sending it again', async () => {
    const { agent, chats, arrive, fail } = start()
    const refused = agent.sendMessage('Hi')
    fail()
    await expect(refused).rejects.toMatchObject({ code: 'network', retryable: true })
    const error = 'A part of the page could not be loaded. Try again, or reload.'
    expect(agent.state).toMatchObject({
      status: 'error',
      error: { message: error },
      messages: [{ status: 'failed', error, parts: [{ text: 'Hi' }] }],
    })
    const reply = agent.sendMessage('Hi')
    arrive()
    expect(agent.state).toMatchObject({ status: 'submitted', error: null, messages: [{ status: 'sending' }] })
    await settled()
    chats.last.end('Hello')
    expect((await reply).text).toBe('Hello')
    expect(agent.state.messages).toHaveLength(2)
  })

  it('that failed is still there when the code has come for another', async () => {
    const { agent, arrive, fail } = start()
    const lost = agent.sendMessage('lost?')
    fail()
    await lost.catch(() => {})
    void agent.sendMessage('next')
    arrive()
    await settled()
    expect(agent.state.messages).toMatchObject([{ role: 'user' }, { role: 'assistant' }, { status: 'failed' }])
    expect(agent.state.messages[2]?.parts).toEqual([{ type: 'text', text: 'lost?' }])
  })

  it.each(['reset', 'close'] as const)('is not sent after %s, which shows at once', async (how) => {
    const { agent, chats, arrive } = start()
    const reply = agent.sendMessage('Hi')
    agent[how]()
    await expect(reply).rejects.toMatchObject({ code: 'aborted' })
    expect(agent.state).toMatchObject({ status: 'idle', messages: [] })
    arrive()
    await settled()
    expect(chats.requests).toEqual([])
    expect(agent.state.messages).toEqual([])
  })

  it.each([
    ['aborted meanwhile', 'Hi', 'aborted'],
    ['that says nothing', ' ', 'config'],
  ])('%s is not sent', async (_, text, code) => {
    const { agent, chats, arrive } = start()
    const controller = new AbortController()
    const reply = agent.sendMessage(text, { signal: controller.signal })
    if (code === 'aborted') controller.abort()
    arrive()
    await expect(reply).rejects.toMatchObject({ code })
    expect(agent.state).toMatchObject({ status: 'idle', messages: [] })
    expect(chats.requests).toEqual([])
  })
})

it('an agent that was closed before its first use sends nothing', async () => {
  const { agent, chats, arrive } = start()
  agent.close()
  arrive()
  await expect(agent.sendMessage('Hi')).rejects.toMatchObject({ code: 'aborted' })
  expect(chats.requests).toEqual([])
})

it('reset before the code is here leaves the chat it was made for', async () => {
  const { agent, chats, arrive } = start('c9')
  agent.reset()
  arrive()
  await settled()
  expect(agent.state).toMatchObject({ chatId: null, status: 'idle' })
  expect(chats.requests).toEqual([])
})

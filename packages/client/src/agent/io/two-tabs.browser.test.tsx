// One conversation in two real tabs, with a real engine and the browser's own locks.
import type { Agent, ClientTools } from '../agent-types.ts'
import type { InferenceClient } from '../../client/client-types.ts'
import { expect, it, vi } from 'vitest'
import { inference } from '../../client/client.ts'
import { baseUrl, openTab } from '../../../test/second-tab.ts'

const agentOf = (client: InferenceClient, tools: ClientTools, chatId?: string) => {
  const agent = client.agent('my-org/assistant@latest', { tools, chatId })
  agent.subscribe(() => {})
  return agent
}
const until = (check: () => unknown) => vi.waitFor(check, 60_000)
const isIdle = (agent: Agent) => expect(agent.state).toMatchObject({ status: 'idle', error: null })
const textOf = (agent: Agent) =>
  agent.state.messages
    .at(-1)
    ?.parts.map((part) => (part.type === 'text' ? part.text : ''))
    .join('')

/** A tab that waits until it may answer a call that another one has. */
const waitsInLine = () =>
  until(async () => {
    const { pending = [] } = await navigator.locks.query()
    expect(pending.some(({ name }) => name?.startsWith('inferstream:call:'))).toBe(true)
  })

it('a tab hears what is asked in the other one; its tool is called in the tab that asked, and only there', async () => {
  const tab = await openTab()
  const disorder = new EventTarget()
  const theirs = vi.fn(
    () => new Promise((resolve) => disorder.addEventListener('known', () => resolve('disorder'), { once: true })),
  )
  const ours = vi.fn(() => 'from the wrong tab')
  const there = agentOf(tab.client, { look_up: { execute: theirs } })
  await there.sendMessage('What is 17 * 23?')
  const here = agentOf(inference({ baseUrl }), { look_up: { execute: ours } }, there.state.chatId ?? '')
  await until(() => expect(here.state.messages).toHaveLength(3))

  const reply = there.sendMessage('Explain entropy')
  await waitsInLine()
  disorder.dispatchEvent(new Event('known'))
  expect((await reply).text).toBe('look_up says: disorder')
  await until(() => expect(textOf(here)).toBe('look_up says: disorder'))
  await until(() => [here, there].forEach(isIdle))
  expect(theirs).toHaveBeenCalledTimes(1)
  expect(ours).not.toHaveBeenCalled()
  await until(async () => expect((await navigator.locks.query()).held).toEqual([]))
  there.close()
  here.close()
})

it('the other tab calls its tool once the one that asked is closed', async () => {
  const tab = await openTab()
  const there = agentOf(tab.client, { look_up: { execute: () => new Promise(() => {}) } })
  await there.sendMessage('What is 17 * 23?')
  const ours = vi.fn(() => 'disorder')
  const here = agentOf(inference({ baseUrl }), { look_up: { execute: ours } }, there.state.chatId ?? '')
  void there.sendMessage('Explain entropy')
  await waitsInLine()
  expect(ours).not.toHaveBeenCalled()
  there.close()
  tab.close()
  await until(() => expect(textOf(here)).toBe('look_up says: disorder'))
  expect(ours).toHaveBeenCalledTimes(1)
  await until(() => isIdle(here))
  here.close()
})

// A conversation through `useAgent`, with a service that the test steps.
import { act, renderHook } from '@testing-library/react'
import { expect, vi } from 'vitest'
import { inference } from '@inferstream/client'
import type { AgentMessage, AgentReply } from '@inferstream/client'
import { fakeChats } from '../../client/src/agent/fake-chats.ts'
import { useAgent } from '../src/index.ts'
import type { UseAgentOptions, UseAgentResult } from '../src/index.ts'
import { wrapperOf } from './scripted.tsx'

let services = 0

export function service(chats = fakeChats()) {
  const client = inference({
    baseUrl: `https://chat-${++services}.test`,
    fetch: chats.fetch,
    format: 'ndjson',
    retry: { baseDelay: 1, maxDelay: 2, maxAttempts: 3 },
  })
  return { chats, client, wrapper: wrapperOf(client) }
}

/** Until something is so; promises, frames and timers go on meanwhile. */
export async function until(check: () => void) {
  // React 18 renders at the end of an `act`, so each look is one of its own.
  const look = async () => {
    await act(async () => {})
    check()
  }
  await vi.waitFor(look, { timeout: 30_000, interval: 5 })
}

export const textOf = ({ parts }: AgentMessage) => parts.map((part) => (part.type === 'text' ? part.text : '')).join('')
export const texts = ({ messages }: UseAgentResult) => messages.map((message) => `${message.role}: ${textOf(message)}`)

export function hook(options: UseAgentOptions = {}, own = service()) {
  const view = renderHook((props: UseAgentOptions) => useAgent('my-org/assistant', props), {
    wrapper: own.wrapper,
    initialProps: options,
  })
  return { ...own, ...view }
}

export async function sent(text: string, options: UseAgentOptions = {}) {
  const one = hook(options)
  let reply: Promise<AgentReply> | undefined
  act(() => {
    reply = one.result.current.sendMessage(text)
  })
  await until(() => {
    expect(one.chats.last.streams).toBe(1)
    expect(one.result.current).toMatchObject({ chatId: one.chats.last.id, messages: [{}, {}] })
  })
  return { ...one, reply: () => reply! }
}

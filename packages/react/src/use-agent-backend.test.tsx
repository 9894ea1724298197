import { act, renderHook } from '@testing-library/react'
import { expect, it } from 'vitest'
import { fromChatBackend, inference } from '@inferstream/client'
import type { ChatUpdate } from '@inferstream/client'
import { InferenceProvider, useAgent } from './index.ts'

const turn: readonly ChatUpdate[] = [
  { delta: { id: 'a1', text: 'The lake ' } },
  { delta: { id: 'a1', text: 'lay still.' } },
  { turn: 'completed' },
]

it('useAgent runs on a chat backend', async () => {
  const transport = fromChatBackend({
    kind: 'chats',
    promises: { resume: 'cursor', stop: false },
    send: async () => ({ chatId: 'c-1' }),
    async *follow() {
      yield turn
    },
  })
  const client = inference({ transport })
  const { result } = renderHook(() => useAgent('my/agent'), {
    wrapper: ({ children }) => <InferenceProvider client={client}>{children}</InferenceProvider>,
  })
  await act(async () => {
    await result.current.sendMessage('How was the lake?')
  })
  expect(result.current.status).toBe('idle')
  expect(result.current.messages).toMatchObject([
    { role: 'user', status: 'done' },
    { role: 'assistant', status: 'done', parts: [{ type: 'text', text: 'The lake lay still.' }] },
  ])
})

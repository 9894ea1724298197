import { act, render, renderHook, screen } from '@testing-library/react'
import { Activity, memo, StrictMode, useState } from 'react'
import { describe, expect, it, vi } from 'vitest'
import type { AgentMessage } from '@inferstream/client'
import { sent, service, textOf, texts, until } from '../test/chat-hook.tsx'
import { useAgent } from './index.ts'
import type { UseAgentResult } from './index.ts'

// A busy machine may take its time.
vi.setConfig({ testTimeout: 60_000 })

describe('rendering', () => {
  it('of a list of 500: one token renders one row', async () => {
    const own = service()
    own.chats
      .create('long')
      .add(...Array.from({ length: 250 }, (_, index) => [`q${index}`, `a${index}`] as [string, string]))
    const rows = new Map<string, number>()
    const Row = memo(({ message }: { message: AgentMessage }) => {
      rows.set(message.id, (rows.get(message.id) ?? 0) + 1)
      return <li>{textOf(message)}</li>
    })
    let agent: UseAgentResult | undefined
    function List() {
      agent = useAgent('my-org/assistant', { chatId: 'long' })
      return (
        <ul>
          {agent.messages.map((message) => (
            <Row key={message.id} message={message} />
          ))}
        </ul>
      )
    }
    render(<List />, { wrapper: own.wrapper })
    await until(() => expect(screen.getAllByRole('listitem')).toHaveLength(50))
    for (let page = 0; page < 9; page++) await act(() => agent?.loadOlder())
    await until(() => expect(screen.getAllByRole('listitem')).toHaveLength(500))
    act(() => void agent?.sendMessage('Hi'))
    await until(() => expect(own.chats.last.streams).toBe(1))
    await until(() => expect(screen.getAllByRole('listitem')).toHaveLength(502))
    rows.clear()
    for (let index = 0; index < 20; index++) {
      act(() => own.chats.last.delta({ response: `${index} ` }))
      await until(() => expect(screen.getByText(new RegExp(`(^| )${index}$`))).toBeTruthy())
    }
    expect([...rows.keys()]).toEqual([own.chats.last.answer.id])
  })

  it('of everything is at most once a frame', async () => {
    const { chats, result } = await sent('Hi')
    const seen = new Set<unknown>()
    // Each chunk is read by itself; none waits for a frame.
    for (let index = 0; index < 500; index++) {
      chats.last.delta({ response: 'x' })
      await Promise.resolve()
      seen.add(result.current)
    }
    await until(() => expect(textOf(result.current.messages[1]!)).toHaveLength(500))
    expect(seen.size).toBeLessThan(5)
  })

  it('is for what was read only', async () => {
    const own = service()
    let renders = 0
    const { result } = renderHook(
      () => {
        const agent = useAgent('my-org/assistant')
        renders++
        return { status: agent.status, send: agent.sendMessage }
      },
      { wrapper: own.wrapper },
    )
    act(() => void result.current.send('Hi'))
    await until(() => expect(own.chats.last.streams).toBe(1))
    for (let index = 0; index < 500; index++) own.chats.last.delta({ response: 'x' })
    await until(() => expect(result.current.status).toBe('streaming'))
    act(() => own.chats.last.end())
    await until(() => expect(result.current.status).toBe('idle'))
    // idle, submitted, streaming, idle
    expect(renders).toBeLessThanOrEqual(5)
  })

  it('of a conversation that was hidden for a while keeps its messages until they are read again', async () => {
    const own = service()
    const frames: string[][] = []
    let agent: UseAgentResult | undefined
    function Chat() {
      agent = useAgent('my-org/assistant')
      frames.push(texts(agent))
      return null
    }
    const chat = <Chat />
    const { rerender } = render(<Activity mode="visible">{chat}</Activity>, { wrapper: own.wrapper })
    act(() => void agent?.sendMessage('Hi'))
    await until(() => expect(own.chats.last.streams).toBe(1))
    act(() => own.chats.last.delta({ response: 'Hel' }))
    await until(() => expect(frames.at(-1)).toEqual(['user: Hi', 'assistant: Hel']))
    rerender(<Activity mode="hidden">{chat}</Activity>)
    await until(() => expect(own.chats.last.streams).toBe(0))
    own.chats.last.end('Hello')
    frames.length = 0
    rerender(<Activity mode="visible">{chat}</Activity>)
    await until(() => expect(frames.at(-1)).toEqual(['user: Hi', 'assistant: Hello']))
    expect(frames.every(({ length }) => length === 2)).toBe(true)
  })

  it('in StrictMode costs one connection, and unmounting leaves none', async () => {
    const own = service()
    own.chats.create('busy').add(['q', 'a'])
    await own.chats.fetch('https://x.test/agents/run', {
      method: 'POST',
      body: JSON.stringify({ chat_id: 'busy', input: { text: 'Hi' } }),
    })
    const { unmount, result } = renderHook(() => useAgent('my-org/assistant', { chatId: 'busy' }), {
      wrapper: ({ children }) => <StrictMode>{own.wrapper({ children })}</StrictMode>,
    })
    await until(() => expect(result.current.messages).toHaveLength(4))
    await until(() => expect(own.chats.last.streams).toBe(1))
    expect(own.chats.count('GET /chats/busy/stream')).toBe(1)
    unmount()
    await until(() => expect(own.chats.last.streams).toBe(0))
  })

  it('of a config created in every render keeps the conversation', async () => {
    const own = service()
    const { result } = renderHook(
      () => {
        const [count, setCount] = useState(0)
        const agent = useAgent({ core_app: { ref: 'local/assistant' }, system_prompt: 'Be brief.' })
        return { messages: agent.messages, agent, count, setCount }
      },
      { wrapper: own.wrapper },
    )
    act(() => void result.current.agent.sendMessage('Hi'))
    await until(() => expect(result.current.messages).toHaveLength(2))
    act(() => result.current.setCount(1))
    expect(result.current.messages).toHaveLength(2)
    expect(own.chats.requests.find(({ path }) => path === '/agents/run')?.body).toMatchObject({
      agent_config: { system_prompt: 'Be brief.' },
    })
  })
})

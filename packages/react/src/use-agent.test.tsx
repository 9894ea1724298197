import { act, render } from '@testing-library/react'
import { useState } from 'react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { AgentMessage, AgentReply, InferstreamError } from '@inferstream/client'
import { hook, sent, service, textOf, texts, until } from '../test/chat-hook.tsx'
import { useAgent } from './index.ts'
import type { UseAgentResult } from './index.ts'

// A busy machine may take its time.
vi.setConfig({ testTimeout: 60_000 })

/** One of a client tool, as the service sends it. */
const call = (status: string, more = {}) => ({
  id: 'i1',
  type: 'client',
  status,
  function: { name: 'weather', arguments: '{"city":"Paris"}' },
  ...more,
})

afterEach(() => {
  localStorage.clear()
})

describe('a message', () => {
  it('is shown before anybody has answered, and its answer as it is written', async () => {
    const { result, chats } = hook()
    let answer: (() => void) | undefined
    chats.override = (method, path) => {
      if (path !== '/agents/run') return undefined
      chats.override = () => undefined
      return new Promise((resolve) => {
        const body = JSON.stringify({ input: { text: 'Hi' } })
        answer = () => resolve(chats.fetch('https://x.test/agents/run', { method, body }))
      })
    }
    act(() => void result.current.sendMessage('Hi'))
    await until(() => expect(texts(result.current)).toEqual(['user: Hi']))
    expect(result.current).toMatchObject({ status: 'submitted', messages: [{ status: 'sending' }] })
    await until(() => expect(answer).toBeDefined())
    await act(async () => answer?.())
    await until(() => expect(chats.last.streams).toBe(1))
    act(() => chats.last.delta({ response: 'Hel' }))
    await until(() => expect(texts(result.current)).toEqual(['user: Hi', 'assistant: Hel']))
    expect(result.current.status).toBe('streaming')
    act(() => chats.last.delta({ response: 'lo' }))
    act(() => chats.last.end())
    await until(() => expect(result.current.status).toBe('idle'))
    expect(texts(result.current)).toEqual(['user: Hi', 'assistant: Hello'])
    await until(() => expect(chats.last.streams).toBe(0))
  })

  it('keeps its row from the moment it is sent, queued and answered', async () => {
    const mounts: string[] = []
    const Row = ({ message }: { message: AgentMessage }) => {
      useState(() => mounts.push(textOf(message)))
      return null
    }
    const own = service()
    let agent: UseAgentResult | undefined
    function List() {
      agent = useAgent('my-org/assistant')
      return [...agent.messages, ...agent.queued].map((message) => <Row key={message.id} message={message} />)
    }
    render(<List />, { wrapper: own.wrapper })
    act(() => void agent?.sendMessage('one'))
    await until(() => expect(agent?.messages).toHaveLength(2))
    act(() => void agent?.sendMessage('two'))
    await until(() => expect(agent?.queued).toMatchObject([{ status: 'queued' }]))
    act(() => own.chats.last.end('first'))
    await until(() => expect(agent?.messages).toHaveLength(4))
    act(() => own.chats.last.end('second'))
    await until(() => expect(agent?.status).toBe('idle'))
    expect(mounts).toEqual(['one', '', 'two', ''])
  })

  it('that cannot be sent stays, says why, and can be sent again', async () => {
    const errors: InferstreamError[] = []
    const { result, chats } = hook({ onError: (error) => errors.push(error) })
    chats.override = () => Response.json({ detail: 'No such agent.' }, { status: 404 })
    act(() => void result.current.sendMessage('Hi'))
    await until(() => expect(result.current.status).toBe('error'))
    expect(result.current).toMatchObject({
      error: { code: 'not_found' },
      messages: [{ role: 'user', status: 'failed', error: 'No such agent.' }],
    })
    expect(errors).toHaveLength(1)
    chats.override = () => undefined
    act(() => void result.current.regenerate())
    await until(() => expect(chats.last.streams).toBe(1))
    await until(() => expect(texts(result.current)).toEqual(['user: Hi', 'assistant: ']))
    expect(result.current.error).toBeNull()
  })

  it('regenerated twice at once is sent once more, and again after that', async () => {
    const { result, chats, reply } = await sent('Hi')
    act(() => chats.last.end('Hello'))
    await reply()
    let replies: Promise<AgentReply>[] = []
    act(() => {
      replies = [result.current.regenerate(), result.current.regenerate()]
    })
    await until(() =>
      expect(texts(result.current)).toEqual(['user: Hi', 'assistant: Hello', 'user: Hi', 'assistant: ']),
    )
    act(() => chats.last.end('Hello again'))
    for (const one of replies) expect(await one).toMatchObject({ text: 'Hello again' })
    await until(() => expect(result.current).toMatchObject({ status: 'idle', queued: [] }))
    act(() => void result.current.regenerate())
    await until(() => expect(result.current.messages).toHaveLength(6))
  })

  it.each(['cancelMessage', 'cancelQueued'] as const)(
    'sent while another is answered waits, and is taken back by %s',
    async (take) => {
      const { result, chats } = await sent('one')
      let second: Promise<AgentReply> | undefined
      act(() => {
        second = result.current.sendMessage('two')
      })
      await until(() => expect(result.current.queued).toMatchObject([{ status: 'queued' }]))
      expect(texts(result.current)).toEqual(['user: one', 'assistant: '])
      await act(() => result.current[take](result.current.queued[0]!.id))
      await until(() => expect(result.current.queued).toEqual([]))
      expect(await second).toMatchObject({ status: 'stopped' })
      act(() => chats.last.end('done'))
      await until(() => expect(result.current.status).toBe('idle'))
    },
  )

  it('queued is answered in its turn', async () => {
    const { result, chats, reply } = await sent('one')
    let second: Promise<AgentReply> | undefined
    act(() => {
      second = result.current.sendMessage('two')
    })
    await until(() => expect(result.current.queued).toHaveLength(1))
    act(() => chats.last.end('first'))
    expect(await reply()).toMatchObject({ text: 'first' })
    await until(() => expect(result.current.queued).toEqual([]))
    act(() => chats.last.end('second'))
    expect(await second).toMatchObject({ text: 'second' })
    await until(() => expect(result.current.status).toBe('idle'))
    expect(texts(result.current)).toEqual(['user: one', 'assistant: first', 'user: two', 'assistant: second'])
  })

  it('is finished once, with the callbacks of the latest render', async () => {
    const stale = vi.fn()
    const onFinish = vi.fn()
    const { rerender, chats, result } = await sent('Hi', { onFinish: stale })
    rerender({ onFinish })
    act(() => chats.last.end('Hello'))
    await until(() => expect(result.current.status).toBe('idle'))
    expect(stale).not.toHaveBeenCalled()
    expect(onFinish).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ status: 'completed', text: 'Hello' }))
  })

  it('that ends when its component has just gone tells nobody', async () => {
    const onFinish = vi.fn()
    const { chats, unmount, reply } = await sent('Hi', { onFinish })
    unmount()
    act(() => chats.last.end('Hello'))
    expect(await reply()).toMatchObject({ text: 'Hello' })
    await act(async () => {})
    expect(onFinish).not.toHaveBeenCalled()
  })

  it('whose connection cannot be had again ends with an error; nothing goes unhandled', async () => {
    const { result, chats, reply } = await sent('Hi')
    act(() => chats.last.delta({ response: 'Hel' }))
    chats.override = (method) => (method === 'GET' ? Promise.reject(new TypeError('fetch failed')) : undefined)
    act(() => chats.last.disconnect())
    await expect(reply()).rejects.toMatchObject({ code: 'network' })
    await until(() => expect(result.current.status).toBe('error'))
    expect(result.current).toMatchObject({ error: { code: 'network' }, connection: 'closed' })
    expect(texts(result.current)).toEqual(['user: Hi', 'assistant: Hel'])
  })
})

describe('client tools', () => {
  it('are the ones of the latest render, and run once', async () => {
    const stale = vi.fn()
    const execute = vi.fn(async () => ({ sky: 'clear' }))
    const { chats, rerender } = await sent('Weather?', { tools: { weather: { execute: stale } } })
    rerender({ tools: { weather: { execute } } })
    act(() => {
      for (const status of ['pending', 'in_progress', 'in_progress'])
        chats.last.update({ tool_invocations: [call(status)] })
    })
    await until(() => expect(chats.count('POST /tools/i1')).toBe(1))
    act(() => chats.last.disconnect())
    await until(() => expect(chats.last.streams).toBe(1))
    expect(execute).toHaveBeenCalledExactlyOnceWith({ city: 'Paris' }, expect.objectContaining({ callId: 'i1' }))
    expect(stale).not.toHaveBeenCalled()
    expect(chats.requests.find(({ path }) => path === '/tools/i1')?.body).toEqual({ result: '{"sky":"clear"}' })
  })

  it('without an entry are passed to onToolCall once, and wait for an answer', async () => {
    const onToolCall = vi.fn()
    const { chats, result } = await sent('Weather?', { onToolCall })
    act(() => chats.last.update({ tool_invocations: [call('awaiting_input')] }))
    await until(() => expect(result.current.status).toBe('awaiting_input'))
    act(() => chats.last.update({ tool_invocations: [call('awaiting_input', { display_name: 'Weather' })] }))
    expect(onToolCall).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ id: 'i1', args: { city: 'Paris' } }))
    await act(() => result.current.submitToolResult('i1', 'sunny'))
    expect(chats.requests.find(({ path }) => path === '/tools/i1')?.body).toEqual({ result: 'sunny' })
    expect(result.current.status).not.toBe('awaiting_input')
  })

  it('whose approval is refused with 403 still wait, and say why', async () => {
    const { chats, result } = await sent('Delete it')
    act(() => chats.last.update({ tool_invocations: [call('awaiting_approval', { type: 'app' })] }))
    await until(() => expect(result.current.status).toBe('awaiting_approval'))
    chats.override = (_, path) =>
      path.startsWith('/tools') ? Response.json({ detail: 'Only people may.' }, { status: 403 }) : undefined
    act(() => void result.current.approveTool('i1'))
    await until(() => expect(result.current.error).toMatchObject({ code: 'forbidden', message: 'Only people may.' }))
    expect(result.current.status).toBe('awaiting_approval')
  })
})

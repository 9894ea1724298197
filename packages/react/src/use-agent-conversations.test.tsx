import { act, renderHook } from '@testing-library/react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { hook, sent, service, textOf, texts, until } from '../test/chat-hook.tsx'
import { useAgent } from './index.ts'

// A busy machine may take its time.
vi.setConfig({ testTimeout: 60_000 })

/** Two conversations from before. */
function withTwo() {
  const own = service()
  own.chats.create('a').add(['of a', 'A'])
  own.chats.create('b').add(['of b', 'B'])
  return own
}

afterEach(() => {
  localStorage.clear()
})

describe('another chatId', () => {
  it('is shown from the same render on, without a frame of the one before', async () => {
    const own = withTwo()
    const frames: string[] = []
    const { result, rerender } = renderHook(
      ({ chatId }: { chatId?: string }) => {
        const agent = useAgent('my-org/assistant', { chatId })
        frames.push(`${chatId}/${agent.chatId}: ${agent.messages.map(textOf).join()}`)
        return agent
      },
      { wrapper: own.wrapper, initialProps: { chatId: 'a' } },
    )
    await until(() => expect(texts(result.current)).toEqual(['user: of a', 'assistant: A']))
    rerender({ chatId: 'b' })
    await until(() => expect(texts(result.current)).toEqual(['user: of b', 'assistant: B']))
    expect(new Set(frames)).toEqual(new Set(['a/a: ', 'a/a: of a,A', 'b/b: ', 'b/b: of b,B']))
  })

  it('hears nothing of the one before, however fast they change and however late it answers', async () => {
    const own = withTwo()
    const late: (() => void)[] = []
    own.chats.override = (_, path) => {
      if (!path.startsWith('/chats/a')) return undefined
      return new Promise((resolve) => {
        late.push(() => resolve(Response.json({ data: { id: 'a', status: 'busy' } })))
      })
    }
    const { result, rerender } = hook({ chatId: 'a' }, own)
    for (const chatId of ['b', 'a', 'b']) rerender({ chatId })
    await until(() => expect(texts(result.current)).toEqual(['user: of b', 'assistant: B']))
    await act(async () => {
      for (const answer of late) answer()
    })
    expect(result.current).toMatchObject({ chatId: 'b', status: 'idle' })
    expect(own.chats.count('GET /chats/a/stream')).toBe(0)
  })

  it('does not stop what was just sent to the one before', async () => {
    const own = withTwo()
    let answer: (() => void) | undefined
    own.chats.override = (_, path) => {
      if (path !== '/agents/run') return undefined
      own.chats.override = () => undefined
      return new Promise((resolve) => {
        const body = JSON.stringify({ chat_id: 'a', input: { text: 'more' } })
        answer = () => resolve(own.chats.fetch('https://x.test/agents/run', { method: 'POST', body }))
      })
    }
    const { result, rerender } = hook({ chatId: 'a' }, own)
    await until(() => expect(texts(result.current)).toEqual(['user: of a', 'assistant: A']))
    act(() => {
      void result.current.sendMessage('more')
      void result.current.sendMessage('and more')
    })
    rerender({ chatId: 'b' })
    await until(() => expect(answer).toBeDefined())
    await act(async () => answer?.())
    await until(() => expect(texts(result.current)).toEqual(['user: of b', 'assistant: B']))
    await until(() => expect(own.chats.chats.get('a')?.rows.filter(({ role }) => role === 'user')).toHaveLength(3))
    await until(() => expect(own.chats.chats.get('a')?.streams).toBe(0))
  })

  it('that is the one just begun changes nothing; none begins a new one', async () => {
    const { result, rerender, chats } = await sent('Hi')
    const { chatId } = result.current
    const before = result.current.messages
    rerender({ chatId: chatId ?? '' })
    expect(result.current.messages).toBe(before)
    expect(chats.count('GET /chats/chat1/stream')).toBe(1)
    rerender({})
    expect(result.current).toMatchObject({ chatId: null, messages: [], status: 'idle' })
  })

  it('that is gone is an error that onError hears', async () => {
    const onError = vi.fn()
    const { result } = hook({ chatId: 'gone', onError })
    await until(() => expect(result.current.status).toBe('error'))
    expect(onError).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ code: 'not_found' }))
  })

  it('has its older messages by the page', async () => {
    const own = service()
    own.chats
      .create('long')
      .add(...Array.from({ length: 60 }, (_, index) => [`q${index}`, `a${index}`] as [string, string]))
    const { result } = hook({ chatId: 'long' }, own)
    await until(() => expect(result.current.messages).toHaveLength(50))
    expect(result.current.hasOlder).toBe(true)
    const newest = result.current.messages.at(-1)
    await act(async () => expect(await result.current.loadOlder()).toBe(true))
    await act(async () => expect(await result.current.loadOlder()).toBe(false))
    await until(() => expect(result.current.messages).toHaveLength(120))
    expect(result.current.messages.at(-1)).toBe(newest)
    expect(result.current.messages.map(textOf).slice(0, 2)).toEqual(['q0', 'a0'])
  })
})

describe('resume', () => {
  it('shows the conversation again after a reload, also one that is being answered', async () => {
    const first = await sent('Hi', { resume: 'chat' })
    act(() => first.chats.last.delta({ response: 'Hel' }))
    await until(() => expect(texts(first.result.current)).toEqual(['user: Hi', 'assistant: Hel']))
    first.unmount()
    const again = hook({ resume: 'chat' }, first)
    await until(() => expect(texts(again.result.current)).toEqual(['user: Hi', 'assistant: Hel']))
    await until(() => expect(again.result.current.connection).toBe('live'))
    act(() => first.chats.last.delta({ response: 'lo' }))
    act(() => first.chats.last.end())
    await until(() => expect(again.result.current.status).toBe('idle'))
    expect(texts(again.result.current)).toEqual(['user: Hi', 'assistant: Hello'])
  })

  it('is not forgotten because something in it was not found, but when it is gone itself', async () => {
    const { result, chats, unmount } = await sent('Hi', { resume: 'chat' })
    act(() => chats.last.end('Hello'))
    await until(() => expect(result.current.status).toBe('idle'))
    chats.override = (_, path) =>
      path.startsWith('/tools') ? Response.json({ detail: 'No such call.' }, { status: 404 }) : undefined
    await act(() => result.current.approveTool('nope').catch(() => {}))
    await until(() => expect(result.current.error?.code).toBe('not_found'))
    expect(localStorage.length).toBe(1)
    unmount()
    chats.chats.clear()
    const again = hook({ resume: 'chat' }, service(chats))
    await until(() => expect(again.result.current).toMatchObject({ status: 'error', connection: 'closed' }))
    expect(localStorage.length).toBe(0)
  })

  it.each(['../secrets', 'a/b', ''])('of a storage that holds %j starts over', async (taskId) => {
    localStorage.setItem('inferstream:chat', JSON.stringify({ taskId, savedAt: Date.now() }))
    const { result, chats } = hook({ resume: 'chat' })
    act(() => void result.current.sendMessage('Hi'))
    await until(() => expect(texts(result.current)).toEqual(['user: Hi', 'assistant: ']))
    expect(chats.requests[0]).toMatchObject({ path: '/agents/run', body: { chat_id: null } })
  })

  it('is forgotten by reset, which begins a new conversation', async () => {
    const { result, chats } = await sent('Hi', { resume: 'chat' })
    expect(localStorage.length).toBe(1)
    act(() => result.current.reset())
    expect(result.current).toMatchObject({ chatId: null, messages: [], status: 'idle' })
    expect(localStorage.length).toBe(0)
    act(() => void result.current.sendMessage('Again'))
    await until(() => expect(texts(result.current)).toEqual(['user: Again', 'assistant: ']))
    expect(chats.requests.findLast(({ path }) => path === '/agents/run')?.body?.['chat_id']).toBeNull()
  })
})

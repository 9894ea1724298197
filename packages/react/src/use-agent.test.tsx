import { act, render, renderHook, screen } from '@testing-library/react'
import { Activity, memo, StrictMode, useState } from 'react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { inference } from '@inferstream/client'
import type { AgentMessage, AgentReply, InferstreamError } from '@inferstream/client'
import { fakeChats, json } from '../../client/src/agent/fake-chats.test-helper.ts'
import { wrapperOf } from '../test/scripted.tsx'
import { useAgent } from './index.ts'
import type { UseAgentOptions, UseAgentResult } from './index.ts'

let services = 0

function service(chats = fakeChats()) {
  const client = inference({
    baseUrl: `https://chat-${++services}.test`,
    fetch: chats.fetch,
    format: 'ndjson',
    retry: { baseDelay: 1, maxDelay: 2, maxAttempts: 3 },
  })
  return { chats, client, wrapper: wrapperOf(client) }
}

/** Until something is so; promises, frames and timers go on meanwhile. */
async function until(check: () => void) {
  await act(() => vi.waitFor(check, { timeout: 3_000, interval: 5 }))
}

const textOf = ({ parts }: AgentMessage) => parts.map((part) => (part.type === 'text' ? part.text : '')).join('')
const texts = ({ messages }: UseAgentResult) => messages.map((message) => `${message.role}: ${textOf(message)}`)

function hook(options: UseAgentOptions = {}, own = service()) {
  const view = renderHook((props: UseAgentOptions) => useAgent('my-org/assistant', props), {
    wrapper: own.wrapper,
    initialProps: options,
  })
  return { ...own, ...view }
}

async function sent(text: string, options: UseAgentOptions = {}) {
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

/** Two conversations from before. */
function withTwo() {
  const own = service()
  own.chats.create('a').add(['of a', 'A'])
  own.chats.create('b').add(['of b', 'B'])
  return own
}

/** One of a client tool, as the service tells it. */
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
    chats.override = () => json({ detail: 'No such agent.' }, 404)
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

  it('sent while another is answered waits, can be seen, and be taken back', async () => {
    const { result, chats } = await sent('one')
    let second: Promise<AgentReply> | undefined
    act(() => {
      second = result.current.sendMessage('two')
    })
    await until(() => expect(result.current.queued).toMatchObject([{ status: 'queued' }]))
    expect(texts(result.current)).toEqual(['user: one', 'assistant: '])
    await act(() => result.current.cancelQueued(result.current.queued[0]!.id))
    await until(() => expect(result.current.queued).toEqual([]))
    expect(await second).toMatchObject({ status: 'stopped' })
    act(() => chats.last.end('done'))
    await until(() => expect(result.current.status).toBe('idle'))
  })

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

  it('whose connection cannot be had again ends with an error; nothing goes unhandled', async () => {
    const { result, chats, reply } = await sent('Hi')
    act(() => chats.last.delta({ response: 'Hel' }))
    chats.override = (method) => (method === 'GET' ? Promise.reject(new TypeError('fetch failed')) : undefined)
    act(() => chats.last.cut())
    await expect(reply()).rejects.toMatchObject({ code: 'network' })
    await until(() => expect(result.current.status).toBe('error'))
    expect(result.current).toMatchObject({ error: { code: 'network' }, connection: 'closed' })
    expect(texts(result.current)).toEqual(['user: Hi', 'assistant: Hel'])
  })
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
        late.push(() => resolve(json({ data: { id: 'a', status: 'busy' } })))
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
    chats.override = (_, path) => (path.startsWith('/tools') ? json({ detail: 'No such call.' }, 404) : undefined)
    await act(() => result.current.approveTool('nope').catch(() => {}))
    await until(() => expect(result.current.error?.code).toBe('not_found'))
    expect(localStorage.length).toBe(1)
    unmount()
    chats.chats.clear()
    const again = hook({ resume: 'chat' }, service(chats))
    await until(() => expect(again.result.current).toMatchObject({ status: 'error', connection: 'closed' }))
    expect(localStorage.length).toBe(0)
  })

  it.each(['../secrets', 'a/b', ''])('of a storage that holds %j begins anew', async (taskId) => {
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

describe('client tools', () => {
  it('are the ones of the latest render, and run once', async () => {
    const stale = vi.fn()
    const execute = vi.fn(async () => ({ sky: 'clear' }))
    const { chats, rerender } = await sent('Weather?', { tools: { weather: { execute: stale } } })
    rerender({ tools: { weather: { execute } } })
    act(() => {
      for (const status of ['pending', 'in_progress', 'in_progress'])
        chats.last.tell({ tool_invocations: [call(status)] })
    })
    await until(() => expect(chats.count('POST /tools/i1')).toBe(1))
    act(() => chats.last.cut())
    await until(() => expect(chats.last.streams).toBe(1))
    expect(execute).toHaveBeenCalledExactlyOnceWith({ city: 'Paris' }, expect.objectContaining({ callId: 'i1' }))
    expect(stale).not.toHaveBeenCalled()
    expect(chats.requests.find(({ path }) => path === '/tools/i1')?.body).toEqual({ result: '{"sky":"clear"}' })
  })

  it('without an entry are told to onToolCall once, and wait until somebody answers', async () => {
    const onToolCall = vi.fn()
    const { chats, result } = await sent('Weather?', { onToolCall })
    act(() => chats.last.tell({ tool_invocations: [call('awaiting_input')] }))
    await until(() => expect(result.current.status).toBe('awaiting_input'))
    act(() => chats.last.tell({ tool_invocations: [call('awaiting_input', { display_name: 'Weather' })] }))
    expect(onToolCall).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ id: 'i1', args: { city: 'Paris' } }))
    await act(() => result.current.submitToolResult('i1', 'sunny'))
    expect(chats.requests.find(({ path }) => path === '/tools/i1')?.body).toEqual({ result: 'sunny' })
    expect(result.current.status).not.toBe('awaiting_input')
  })

  it('whose approval is refused with 403 still wait, and say why', async () => {
    const { chats, result } = await sent('Delete it')
    act(() => chats.last.tell({ tool_invocations: [call('awaiting_approval', { type: 'app' })] }))
    await until(() => expect(result.current.status).toBe('awaiting_approval'))
    chats.override = (_, path) => (path.startsWith('/tools') ? json({ detail: 'Only people may.' }, 403) : undefined)
    act(() => void result.current.approveTool('i1'))
    await until(() => expect(result.current.error).toMatchObject({ code: 'forbidden', message: 'Only people may.' }))
    expect(result.current.status).toBe('awaiting_approval')
  })
})

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

  it('of a conversation that was hidden for a while keeps its messages until they are read anew', async () => {
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

  it('of a config written anew in every render keeps the conversation', async () => {
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

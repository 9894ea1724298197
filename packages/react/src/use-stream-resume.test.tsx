import { act, renderHook } from '@testing-library/react'
import { beforeEach, describe, expect, it } from 'vitest'
import { config, handCrankFrames, pass, scripted, scriptedSlow, withStreams, wrapperOf } from '../test/scripted.tsx'
import { inference, InferstreamError, useStream } from './index.ts'
import type { Resume, ResumeStorage } from './index.ts'

handCrankFrames()
beforeEach(() => localStorage.clear())

const key = 'inferstream:demo'
const day = 24 * 60 * 60 * 1000

const late = () => Promise.reject(new DOMException('full', 'QuotaExceededError'))

function page({ wrapper }: Pick<ReturnType<typeof scripted>, 'wrapper'>, resume: Resume = 'demo') {
  return renderHook((props: { resume: Resume }) => useStream(props), { wrapper, initialProps: { resume } })
}

async function reloaded() {
  const service = scripted()
  const { result, unmount } = page(service)
  await act(async () => void result.current.run(config))
  const script = service.transport.last
  act(() => script.update({ status: 'running', logs: ['before'] }))
  unmount()
  await pass(2000)
  return { service, script }
}

describe('resume', () => {
  it('shows the same run after a reload, with all that it has said', async () => {
    const { service, script } = await reloaded()
    script.update({ logs: ['meanwhile'] })
    const { result } = page(service)
    await pass()
    expect(result.current).toMatchObject({ taskId: script.taskId, status: 'running' })
    expect([...result.current.logs]).toEqual(['before', 'meanwhile'])
    expect(service.transport.runs).toHaveLength(1)
  })

  it('shows a run that ended meanwhile as ended', async () => {
    const { service, script } = await reloaded()
    script.complete({ image: 'a' })
    const { result } = page(service)
    await pass()
    expect(result.current).toMatchObject({ status: 'completed', output: { image: 'a' } })
  })

  it('says so when the service no longer has the run, and forgets it', async () => {
    const { script } = await reloaded()
    const { result } = page(scripted())
    await pass()
    expect(result.current).toMatchObject({ taskId: script.taskId, status: 'error', error: { code: 'not_found' } })
    expect(localStorage.getItem(key)).toBeNull()
  })

  it('forgets a run after a day, and on reset', async () => {
    const { service } = await reloaded()
    await pass(day)
    expect(page(service).result.current.status).toBe('idle')
    const { result } = page(service)
    await act(async () => void result.current.run(config))
    expect(localStorage.getItem(key)).not.toBeNull()
    await act(async () => result.current.reset())
    expect(localStorage.getItem(key)).toBeNull()
  })

  it('shows the same run in a second tab, and neither tab ends it for the other', async () => {
    const service = scripted()
    const first = page(service)
    await act(async () => void first.result.current.run(config))
    const script = service.transport.last
    const second = page({ wrapper: wrapperOf(inference({ transport: service.transport })) })
    await act(async () => script.update({ status: 'running' }))
    await pass()
    expect(second.result.current.status).toBe('running')
    await act(async () => void second.result.current.run(config))
    expect(script.cancelled).toBe(false)
    expect(first.result.current.taskId).toBe(script.taskId)
  })

  it('shows what another name holds when the name changes, and detaches what was shown', async () => {
    const service = scripted()
    const { result, rerender } = page(service, 'a')
    await act(async () => void result.current.run(config))
    const { taskId } = result.current
    rerender({ resume: 'b' })
    expect(result.current.status).toBe('idle')
    rerender({ resume: 'a' })
    await pass()
    expect(result.current.taskId).toBe(taskId)
    expect(service.transport.last.cancelled).toBe(false)
  })

  it('says that a run may have started whose request was unanswered when the page went, and says it once', async () => {
    const service = scriptedSlow()
    const { result } = page(service)
    await act(async () => void result.current.run(config))
    window.dispatchEvent(new Event('pagehide'))
    const next = page(service)
    await pass()
    expect(next.result.current).toMatchObject({ status: 'error', error: { code: 'network', mayHaveStarted: true } })
    await act(() => next.result.current.retry())
    expect(next.result.current.error?.message).toMatch(/start it again/)
    expect(page(service).result.current.status).toBe('idle')
    await act(async () => service.accept[0]?.())
  })

  it('finds a run again whose page came back from the back/forward cache before it was answered', async () => {
    const service = scriptedSlow()
    const { result } = page(service)
    await act(async () => void result.current.run(config))
    window.dispatchEvent(new Event('pagehide'))
    await act(async () => service.accept[0]?.())
    expect(page(service).result.current.taskId).toBe(service.transport.last.taskId)
  })

  it('leaves no word of a run that was answered or refused before the page went', async () => {
    const service = scripted()
    const { result } = page(service)
    await act(async () => void result.current.run({ app: '', input: {} }))
    window.dispatchEvent(new Event('pagehide'))
    expect(localStorage.getItem(key)).toBeNull()
    await act(async () => void result.current.run(config))
    window.dispatchEvent(new Event('pagehide'))
    expect(page(service).result.current.taskId).toBe(service.transport.last.taskId)
  })

  it('says so also where the answer was lost before the page went', async () => {
    const lost = new InferstreamError('network', 'No answer.', { mayHaveStarted: true })
    const service = { wrapper: wrapperOf(withStreams(scripted().client, () => Promise.reject(lost))) }
    const { result } = page(service)
    await act(async () => void result.current.run(config))
    expect(result.current.error).toBe(lost)
    expect(page(service).result.current).toMatchObject({ status: 'error', error: { mayHaveStarted: true } })
  })

  it.each([
    [
      'throws',
      () => {
        throw new DOMException('denied', 'SecurityError')
      },
    ],
    [
      'is full',
      () => {
        throw new DOMException('full', 'QuotaExceededError')
      },
    ],
  ])('survives storage that %s', async (_, fail) => {
    const storage = { getItem: fail, setItem: fail, removeItem: fail }
    const service = scripted()
    const { result } = page(service, { key: 'demo', storage })
    await act(async () => void result.current.run(config))
    await act(async () => service.transport.last.complete(1))
    expect(result.current.status).toBe('completed')
    act(() => result.current.reset())
    expect(result.current.status).toBe('idle')
  })

  it('survives storage that writes later, and then fails', async () => {
    // oxlint-disable-next-line typescript/no-misused-promises -- what TypeScript lets through, people write
    const storage: ResumeStorage = { getItem: () => null, setItem: late, removeItem: late }
    const { result } = page(scripted(), { key: 'demo', storage })
    await act(async () => void result.current.run(config))
    expect(result.current.status).toBe('received')
    await act(async () => result.current.reset())
    expect(result.current.status).toBe('idle')
  })

  it.each(['', 'null', '[]', '{"taskId":1}', '{"taskId":"x"}', 'not json'])(
    'survives stored nonsense: %s',
    async (text) => {
      localStorage.setItem(key, text)
      const { result } = page(scripted())
      await pass()
      expect(result.current.status).toBe('idle')
    },
  )

  it('keeps to the storage it was given', async () => {
    const stored = new Map<string, string>()
    const storage = {
      getItem: (name: string) => stored.get(name) ?? null,
      setItem: (name: string, value: string) => void stored.set(name, value),
      removeItem: (name: string) => void stored.delete(name),
    }
    const service = scripted()
    const { result } = page(service, { key: 'demo', storage })
    await act(async () => void result.current.run(config))
    expect([...stored.keys()]).toEqual([key])
    expect(localStorage).toHaveLength(0)
  })
})

import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Job, WorkerMessage } from './protocol.ts'
import { backlogCell, cancelCell } from './protocol.ts'
import { createWorkerContext } from './worker-context.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'worker-context-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))
beforeEach(
  () =>
    void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'] }),
)
afterEach(() => void vi.useRealTimers())

function open(speed = 1) {
  const job: Job = { ref: 'x', input: {}, baseUrl: 'http://127.0.0.1:1', shared: new SharedArrayBuffer(8) }
  const messages: WorkerMessage[] = []
  const context = createWorkerContext(job, { filesFolder: folder, speed }, (message) => void messages.push(message))
  return { context, messages, cells: new Int32Array(job.shared) }
}

describe('the output of an app', () => {
  it('is sent in order, although log text is batched', () => {
    const { context, messages } = open()
    context.log('a')
    context.log('b')
    context.log('c')
    context.progress(1, 2, 'steps')
    context.log('d')
    context.partial({ image: 1 })
    context.close()
    expect(messages).toEqual([
      { type: 'log', text: 'a' },
      { type: 'log', text: 'bc' },
      { type: 'progress', progress: { current: 1, total: 2, unit: 'steps' } },
      { type: 'log', text: 'd' },
      { type: 'partial', output: { image: 1 } },
    ])
  })

  it('is batched for 30 ms at most, even if nothing follows', () => {
    const { context, messages } = open()
    context.log('a')
    context.log('b')
    vi.advanceTimersByTime(29)
    expect(messages).toHaveLength(1)
    vi.advanceTimersByTime(1)
    expect(messages).toEqual([
      { type: 'log', text: 'a' },
      { type: 'log', text: 'b' },
    ])
    context.close()
  })

  it('is not lost when the app ends', () => {
    const { context, messages } = open()
    context.log('a')
    context.log('the last words')
    context.close()
    expect(messages.at(-1)).toEqual({ type: 'log', text: 'the last words' })
  })

  it('is counted until it is received', () => {
    const { context, cells } = open()
    context.delta({ response: 'a' })
    context.output({ response: 'a' })
    expect(Atomics.load(cells, backlogCell)).toBe(2)
    context.close()
  })
})

describe('a file', () => {
  it('is written into the folder, and announced before anything that refers to it', () => {
    const { context, messages } = open()
    const file = context.file(new Uint8Array([1, 2, 3]), { filename: 'a.png', contentType: 'image/png' })
    context.partial({ image: file })
    context.close()
    const [announced, shown] = messages
    expect(file).toMatchObject({ content_type: 'image/png', size: 3, filename: 'a.png' })
    expect(announced).toMatchObject({ type: 'file', file: { size: 3, contentType: 'image/png' } })
    expect(shown?.type).toBe('partial')
    const path = join(folder, new URL(file.uri).pathname.replace('/files/', ''))
    expect(existsSync(path) && [...readFileSync(path)]).toEqual([1, 2, 3])
  })
})

describe('a cancel', () => {
  it('reaches an app that computes, one that listens, and one that waits for its output to be received', async () => {
    const { context, cells } = open()
    context.throwIfCancelled()
    Atomics.store(cells, backlogCell, 1_000)
    const draining = context.drained().catch((error: unknown) => String(error))
    Atomics.store(cells, cancelCell, 1)
    expect(() => context.throwIfCancelled()).toThrow('The task was cancelled.')
    expect(context.signal.aborted).toBe(false)
    vi.advanceTimersByTime(25)
    expect(context.signal.aborted).toBe(true)
    // Node's promised timers are real here.
    vi.useRealTimers()
    expect(await draining).toMatch('The task was cancelled.')
    context.close()
  })

  it('ends a wait', async () => {
    const { context, cells } = open()
    const waiting = context.sleep(3_600_000).catch((error: unknown) => String(error))
    Atomics.store(cells, cancelCell, 1)
    vi.advanceTimersByTime(25)
    expect(await waiting).toMatch('The task was cancelled.')
    context.close()
  })
})

it('speed divides waits', async () => {
  const { context } = open(1_000)
  vi.useRealTimers()
  const before = performance.now()
  await context.sleep(20_000)
  expect(performance.now() - before).toBeLessThan(20_000)
  context.close()
})

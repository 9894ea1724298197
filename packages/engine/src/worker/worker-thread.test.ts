import { afterEach, describe, expect, it, vi } from 'vitest'
import type { JobMessage } from './worker-thread.ts'
import { WorkerThread } from './worker-thread.ts'

// Real servers and threads, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000 })

const limits = { runMs: 5_000, stopMs: 150, idleMs: 1_000 }
const job = { ref: 'x', input: {}, baseUrl: '' }

const threads: WorkerThread[] = []
afterEach(async () => {
  await Promise.all(threads.splice(0).map((thread) => thread.terminate()))
})

/** Small, so that excessive memory use is detected quickly. */
const heapMegabytes = 48

/** A thread whose body does this with each job. */
function threadThat(does: string): WorkerThread {
  const body = `import { parentPort } from 'node:worker_threads'
    parentPort.on('message', async (job) => { const cells = new Int32Array(job.shared); const say = (m) => parentPort.postMessage(m); ${does} })`
  const thread = new WorkerThread(
    new URL(`data:text/javascript,${encodeURIComponent(body)}`),
    {
      filesFolder: '',
      speed: 1,
    },
    heapMegabytes,
  )
  threads.push(thread)
  return thread
}

function start(
  thread: WorkerThread,
  { signal = new AbortController().signal, ...more }: { signal?: AbortSignal; runMs?: number; stopMs?: number } = {},
) {
  const messages: JobMessage[] = []
  const outcome = thread.run(job, {
    signal,
    limits: { ...limits, ...more },
    onMessage: (message) => void messages.push(message),
  })
  return { outcome, messages }
}

const completes = `say({ type: 'completed', output: 1 })`

describe('a worker thread', () => {
  it('sends the output of the app in order, then its result', async () => {
    const { outcome, messages } = start(
      threadThat(`say({ type: 'log', text: 'a' }); say({ type: 'log', text: 'b' }); ${completes}`),
    )
    expect(await outcome).toEqual({ type: 'completed', output: 1 })
    expect(messages).toEqual([
      { type: 'log', text: 'a' },
      { type: 'log', text: 'b' },
    ])
  })

  it('lets an app that watches its signal end by itself, and is reused', async () => {
    const thread = threadThat(`
      if (job.input.quick) return ${completes}
      while (Atomics.load(cells, 0) === 0);
      say({ type: 'failed', error: 'cancelled' })`)
    const controller = new AbortController()
    const { outcome } = start(thread, { signal: controller.signal, stopMs: 60_000 })
    const before = thread.generation
    controller.abort()
    expect(await outcome).toEqual({ type: 'stopped' })
    expect(thread.generation).toBe(before)
  })

  it('is terminated with an app that ignores a cancel, and restarted for the next one', async () => {
    const thread = threadThat(`for (;;);`)
    const controller = new AbortController()
    const { outcome } = start(thread, { signal: controller.signal })
    controller.abort()
    expect(await outcome).toEqual({ type: 'stopped' })
    expect(thread.generation).toBeNull()
    thread.start()
    expect(thread.generation).toBe(2)
  })

  it('does not run an app that was cancelled before it began', async () => {
    const { outcome } = start(threadThat(`for (;;);`), { signal: AbortSignal.abort() })
    expect(await outcome).toEqual({ type: 'stopped' })
  })

  it('stops an app that exceeds the time limit, and names the limit', async () => {
    const { outcome } = start(threadThat(`for (;;);`), { runMs: 200 })
    expect(await outcome).toEqual({ type: 'failed', error: expect.stringContaining('longer than the limit of 0 s') })
  })

  it.each([
    ['throws', `setImmediate(() => { throw new Error('no luck') })`, /crashed: no luck \(exit code 1\)/],
    ['exits', `process.exit(3)`, /ended before the app did. \(exit code 3\)/],
    ['takes all memory', `const hog = []; for (;;) hog.push(new Array(1e5).fill({}))`, /memory limit/],
  ])('survives an app that %s', async (_name, does, error) => {
    const { outcome } = start(threadThat(does))
    expect(await outcome).toEqual({ type: 'failed', error: expect.stringMatching(error) })
  })

  it('counts down received messages, so that an app can wait for them', async () => {
    const thread = threadThat(`
      Atomics.add(cells, 1, 3)
      for (let index = 0; index < 3; index++) say({ type: 'log', text: 'x' })
      while (Atomics.load(cells, 1) > 0) await new Promise((resolve) => setTimeout(resolve, 1))
      ${completes}`)
    expect(await start(thread).outcome).toEqual({ type: 'completed', output: 1 })
  })

  it('is terminated when idle, unless it is wanted', async () => {
    const thread = threadThat(completes)
    await start(thread).outcome
    const whenAsked: (number | null)[] = []
    thread.rest(30, () => whenAsked.push(thread.generation) < 3)
    await expect.poll(() => thread.generation).toBeNull()
    expect(whenAsked).toEqual([1, 1, 1])
  })
})

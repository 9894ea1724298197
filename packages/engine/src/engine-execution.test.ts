import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Engine } from './engine.ts'
import { startEngine } from './engine.ts'
import { defaultLimits } from './limits.ts'
import { call, collect, dataOf, decode, get, merged, reached, readUntil, start } from './testing/engine-client.ts'

// Real servers and threads, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000 })

// The worker thread needs compiled JavaScript; everything else runs from the sources.
const workerScript = new URL('../dist/worker/worker.js', import.meta.url)
const limits = {
  ...defaultLimits,
  job: { runMs: 60_000, stopMs: 200, idleMs: 300 },
  endedTasks: 5,
  queuedTasks: 20,
  allFileBytes: 3_000_000,
}

let engine: Engine
beforeAll(async () => {
  engine = await startEngine({ speed: 5, workers: 2 }, { workerScript, limits })
})
afterAll(() => engine.close())

const cancel = (id: string) => call(engine.url, 'POST', `/tasks/${id}/cancel`)

/** Statuses in the order in which a task passed them. */
const statuses = async (id: string) => (await get(engine.url, id)).events.map(({ status }) => status)

describe('a run', () => {
  it('passes every status once, in order', async () => {
    const id = await start(engine.url, 'local/echo')
    await collect(engine.url, id)
    expect(await statuses(id)).toEqual([1, 2, 3, 4, 5, 6, 7, 9, 10])
  })

  it('waits for a free worker and reports its place in the queue', async () => {
    const blockers = [await start(engine.url, 'local/slow'), await start(engine.url, 'local/slow')]
    const first = await start(engine.url, 'local/echo')
    const second = await start(engine.url, 'local/echo')
    expect(await get(engine.url, first)).toMatchObject({ status: 2, queue_position: 1 })
    expect(await get(engine.url, second)).toMatchObject({ status: 2, queue_position: 2 })
    await cancel(first)
    expect(await get(engine.url, second)).toMatchObject({ status: 2, queue_position: 1 })
    await Promise.all(blockers.map(cancel))
    await reached(engine.url, second, 10)
    expect(await get(engine.url, second)).toMatchObject({ status: 10, queue_position: null })
  })

  const phases: [name: string, status: number][] = [
    ['dispatched', 3],
    ['preparing', 4],
    ['serving', 5],
    ['setting_up', 6],
    ['running', 7],
  ]
  it.each(phases)('is cancelled while %s: 8, then 12, and its worker is free', async (_name, status) => {
    const slow = await startEngine({ speed: 1, workers: 1 }, { workerScript, limits })
    try {
      const id = await start(slow.url, 'local/slow')
      await reached(slow.url, id, status)
      expect((await call(slow.url, 'POST', `/tasks/${id}/cancel`)).json['data']).toMatchObject({ id, cancelled: true })
      const lines = await collect(slow.url, id)
      expect(
        merged(lines)
          .events.map((event) => event.status)
          .slice(-2),
      ).toEqual([8, 12])
      const next = await start(slow.url, 'local/echo')
      await reached(slow.url, next, 10)
      expect((await call(slow.url, 'GET', `/tasks/${next}`)).json['data']).toMatchObject({ status: 10 })
    } finally {
      await slow.close()
    }
  })

  it('is cancelled while it computes', async () => {
    const id = await start(engine.url, 'local/path-tracer', { width: 1_920, height: 1_200, samples: 256 })
    await readUntil(
      engine.url,
      id,
      (line) => 'partial_output' in dataOf(line) && dataOf(line)['partial_output'] !== null,
    )
    await cancel(id)
    await reached(engine.url, id, 12)
    expect((await statuses(id)).slice(-2)).toEqual([8, 12])
  })

  it('can be cancelled twice', async () => {
    const id = await start(engine.url, 'local/slow')
    await reached(engine.url, id, 7)
    const answers = await Promise.all([cancel(id), cancel(id)])
    // One of them may arrive after the end, and is refused then.
    const answered = answers.map(({ status }) => status)
    expect(answered).toContain(200)
    expect(answered.every((status) => status === 200 || status === 409)).toBe(true)
    await reached(engine.url, id, 12)
    expect((await statuses(id)).filter((status) => status >= 8)).toEqual([8, 12])
  })

  it.each(['preparing', 'serving', 'setting_up', 'running'])('that fails while %s says why', async (phase) => {
    const id = await start(engine.url, 'local/fail', { phase, message: `no luck in ${phase}` })
    const end = merged(await collect(engine.url, id))
    expect(end).toMatchObject({ status: 11, status_text: 'failed', error: `no luck in ${phase}` })
  })

  it('whose worker crashes is failed with its log, and the next one runs', async () => {
    const id = await start(engine.url, 'local/fail', { crash: true, message: 'out of luck' })
    const end = merged(await collect(engine.url, id))
    expect(end).toMatchObject({ status: 11, error: expect.stringContaining('out of luck') })
    expect(decode(end.logs.find((log) => log.log_type === 4)?.content ?? '')).toContain('giving up')
    const next = await start(engine.url, 'local/echo')
    await reached(engine.url, next, 10)
    expect((await get(engine.url, next)).status).toBe(10)
  })

  it('that takes longer than the limit is stopped and says so', async () => {
    const hasty = { ...limits, job: { ...limits.job, runMs: 1_000 } }
    const own = await startEngine({ speed: 20 }, { workerScript, limits: hasty })
    try {
      const id = await start(own.url, 'local/slow', { seconds: 3_600 })
      const end = merged(await collect(own.url, id))
      expect(end).toMatchObject({ status: 11, error: expect.stringContaining('longer than the limit of 1 s') })
    } finally {
      await own.close()
    }
  })

  it('never blocks the server while its workers compute', async () => {
    const ids = await Promise.all(
      [1, 2].map((seed) => start(engine.url, 'local/path-tracer', { width: 1_920, height: 1_200, samples: 64, seed })),
    )
    await Promise.all(ids.map((id) => reached(engine.url, id, 7)))
    for (let index = 0; index < 20; index++) await call(engine.url, 'GET', '/')
    // Answered while both compute: a server that computed itself would have answered after their end.
    for (const id of ids) expect((await get(engine.url, id)).status).toBe(7)
    await Promise.all(ids.map(cancel))
  })
})

describe('a session', () => {
  it('keeps its worker warm: the second run skips the start phases', async () => {
    const first = await start(engine.url, 'local/echo', {}, { session: 'new', session_timeout: 30 })
    await reached(engine.url, first, 10)
    const { session_id: session } = await get(engine.url, first)
    expect(session).toMatch(/^[0-9a-z]{26}$/)
    const second = await start(engine.url, 'local/echo', {}, { session })
    await reached(engine.url, second, 10)
    expect(await statuses(second)).toEqual([1, 2, 3, 7, 9, 10])
    expect(await get(engine.url, second)).toMatchObject({ session_id: session })
  })

  it('keeps its thread for longer than one without work is kept', async () => {
    const hasty = { ...limits, job: { ...limits.job, idleMs: 1 } }
    const own = await startEngine({ speed: 20, workers: 1 }, { workerScript, limits: hasty })
    try {
      const first = await start(own.url, 'local/echo', {}, { session: 'new', session_timeout: 60 })
      await reached(own.url, first, 10)
      const { session_id: session } = await get(own.url, first)
      const second = await start(own.url, 'local/echo', {}, { session })
      await reached(own.url, second, 10)
      expect((await get(own.url, second)).events.map(({ status }) => status)).toEqual([1, 2, 3, 7, 9, 10])
    } finally {
      await own.close()
    }
  })

  it('waits for the worker that it keeps warm, even if another one is free', async () => {
    const own = await startEngine({ speed: 20, workers: 2 }, { workerScript, limits: defaultLimits })
    try {
      const first = await start(own.url, 'local/echo', {}, { session: 'new' })
      await reached(own.url, first, 10)
      const { session_id: session } = await get(own.url, first)
      const blocker = await start(own.url, 'local/slow')
      const second = await start(own.url, 'local/echo', {}, { session })
      const other = await start(own.url, 'local/echo')
      await reached(own.url, other, 10)
      expect(await get(own.url, second)).toMatchObject({ status: 2, queue_position: 1 })
      await call(own.url, 'POST', `/tasks/${blocker}/cancel`)
      await reached(own.url, second, 10)
      expect((await get(own.url, second)).events.map(({ status }) => status)).toEqual([1, 2, 3, 7, 9, 10])
    } finally {
      await own.close()
    }
  })

  it('is for one app', async () => {
    const first = await start(engine.url, 'local/echo', {}, { session: 'new' })
    const { session_id: session } = await get(engine.url, first)
    const { status, json } = await call(engine.url, 'POST', '/apps/run', { app: 'local/slow', input: {}, session })
    expect([status, json['detail']]).toEqual([422, 'The session belongs to local/echo, not to local/slow.'])
  })

  it('ends after its idle time, with 410', async () => {
    const first = await start(engine.url, 'local/echo', {}, { session: 'new', session_timeout: 1 })
    await reached(engine.url, first, 10)
    const { session_id: session } = await get(engine.url, first)
    const run = () => call(engine.url, 'POST', '/apps/run', { app: 'local/echo', input: {}, session })
    await expect.poll(async () => (await run()).status, { timeout: 30_000, interval: 1_200 }).toBe(410)
  })
})

describe('an engine has limits', () => {
  it('forgets the oldest ended tasks', async () => {
    const ids: string[] = []
    for (let index = 0; index < 8; index++) {
      const id = await start(engine.url, 'local/echo')
      await reached(engine.url, id, 10)
      ids.push(id)
    }
    const answers = await Promise.all(ids.map((id) => call(engine.url, 'GET', `/tasks/${id}`)))
    const known = answers.map(({ status }) => status)
    expect(known[0]).toBe(404)
    expect(known.at(-1)).toBe(200)
    expect(known.filter((status) => status === 200).length).toBeLessThanOrEqual(6)
  })

  it('refuses runs beyond the queue limit, with Retry-After', async () => {
    const single = await startEngine({ workers: 1 }, { workerScript, limits: { ...limits, queuedTasks: 2 } })
    try {
      for (let index = 0; index < 3; index++) await start(single.url, 'local/slow')
      const { status, headers, json } = await call(single.url, 'POST', '/apps/run', { app: 'local/slow', input: {} })
      expect([status, headers.get('retry-after')]).toEqual([429, '5'])
      expect(json['detail']).toMatch(/2 tasks are waiting/)
    } finally {
      await single.close()
    }
  })

  it('keeps the files of the last three partial outputs and of the end', async () => {
    const id = await start(engine.url, 'local/path-tracer', { samples: 8, width: 64, height: 40 })
    const lines = await collect(engine.url, id)
    const addresses = lines.flatMap((line) => {
      const partial = dataOf(line)['partial_output'] as { url?: string } | null | undefined
      return partial?.url === undefined ? [] : [partial.url]
    })
    const { output } = await get(engine.url, id)
    const fetched = await Promise.all([...new Set(addresses)].map(async (address) => (await fetch(address)).status))
    expect(fetched.slice(-3)).toEqual([200, 200, 200])
    expect(fetched.slice(0, -3).every((status) => status === 404)).toBe(true)
    expect((await fetch((output as { url: string }).url)).status).toBe(200)
  })

  it('drops the oldest files to stay within its limit, and leaves no folder behind', async () => {
    const temporary = mkdtempSync(join(tmpdir(), 'engine-files-'))
    vi.stubEnv('TMPDIR', temporary)
    const own = await startEngine({ speed: 20 }, { workerScript, limits })
    const urls: string[] = []
    for (let index = 0; index < 4; index++) {
      const { json } = await call(own.url, 'POST', '/files', { files: [{ filename: `${index}` }] })
      const [file] = json['data'] as { uri: string }[]
      await fetch(file?.uri ?? '', { method: 'PUT', body: new Uint8Array(1_000_000) })
      urls.push(file?.uri ?? '')
    }
    const known = await Promise.all(urls.map(async (address) => (await fetch(address)).status))
    expect(known).toEqual([404, 200, 200, 200])
    expect(readdirSync(temporary)).toHaveLength(1)
    await own.close()
    expect(readdirSync(temporary)).toEqual([])
    vi.unstubAllEnvs()
    rmSync(temporary, { recursive: true })
  })
})

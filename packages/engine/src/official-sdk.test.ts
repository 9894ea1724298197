import { createRequire } from 'node:module'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type * as Sdk from '@inferencesh/sdk'
import type { Engine } from '@inferstream/engine'
import { createEngine } from '@inferstream/engine'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { get } from './testing/engine-client.ts'

// Real servers and threads, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000 })

// The official SDK, unmodified, against the engine. Node cannot import the published package (protocol §8.14), so it is bundled.
let engine: Engine
let folder: string
let sdk: typeof Sdk

beforeAll(async () => {
  engine = await createEngine({ speed: 10, heartbeatMs: 100 })
  folder = await mkdtemp(join(tmpdir(), 'official-sdk-'))
  const outfile = join(folder, 'sdk.mjs')
  const entry = createRequire(import.meta.url).resolve('@inferencesh/sdk')
  await build({ entryPoints: [entry], outfile, bundle: true, format: 'esm', platform: 'node', logLevel: 'silent' })
  sdk = (await import(pathToFileURL(outfile).href)) as typeof Sdk
})
afterAll(async () => {
  await engine.close()
  await rm(folder, { recursive: true, force: true })
})

const connect = (options: object = {}) => sdk.inference({ apiKey: 'inf_guest', baseUrl: engine.url, ...options })

describe('the official SDK 0.6.54', () => {
  it('runs an app by its stream and gets its output', async () => {
    const task = await connect().run({ app: 'local/echo', input: { message: 'hi' } })
    expect(task).toMatchObject({ status: 10, output: { message: 'hi' } })
  })

  it('runs an app by polling and sees statuses on the way', async () => {
    const statuses: unknown[] = []
    const client = connect({ stream: false, pollIntervalMs: 20 })
    const slow = { app: 'local/slow', input: { seconds: 1 } }
    const task = await client.run(slow, { onUpdate: (update) => void statuses.push(update.status) })
    expect(task).toMatchObject({ status: 10, output: { seconds: expect.any(Number) } })
    expect(statuses.length).toBeGreaterThan(1)
    expect(statuses.at(-1)).toBe(10)
  })

  it('starts a run without waiting for it', async () => {
    const task = await connect().run({ app: 'local/echo', input: {} }, { wait: false })
    expect(task).toMatchObject({ id: expect.stringMatching(/^[0-9a-z]{26}$/), status: 1 })
    expect((await connect().tasks.get(task.id)).data).toMatchObject({ id: task.id })
  })

  it('receives the whole task by onUpdate, then changes by onPartialUpdate, in order', async () => {
    const whole: number[] = []
    const fields: string[] = []
    const statuses: number[] = []
    await connect().run(
      { app: 'local/path-tracer', input: { width: 64, height: 40, samples: 3 } },
      {
        onUpdate: (update) => void whole.push(update.status),
        onPartialUpdate: (update, names) => {
          fields.push(...names)
          if (names.includes('status')) statuses.push(update.status)
        },
      },
    )
    expect(whole).toHaveLength(1)
    expect(new Set(fields)).toEqual(
      new Set(['status', 'status_text', 'events', 'logs', 'partial_output', 'progress', 'output']),
    )
    expect(statuses).toEqual(statuses.toSorted((one, other) => one - other))
    expect(statuses.at(-1)).toBe(10)
  })

  it('receives the words of a story as deltas', async () => {
    let text = ''
    const onDelta = (delta: { response?: string }) => (text += delta.response ?? '')
    const task = await connect().run({ app: 'local/story', input: { tokens: 20 } }, { onDelta })
    expect(text).toBe((task.output as { response: string }).response)
  })

  it('works with the engine as its proxy too, streaming and polling', async () => {
    for (const stream of [true, false]) {
      const client = sdk.inference({ proxyUrl: `${engine.url}/api/inference/proxy`, stream, pollIntervalMs: 20 })
      const task = await client.run({ app: 'local/echo', input: { message: 'by proxy' } })
      expect(task).toMatchObject({ status: 10, output: { message: 'by proxy' } })
    }
  })

  it('cancels a run and reports it', async () => {
    const client = connect()
    const task = await client.run({ app: 'local/slow', input: {} }, { wait: false })
    const watching = client.tasks.watch({ ...task }, {}).done.then(
      () => 'completed',
      (error: unknown) => String(error),
    )
    await client.tasks.cancel(task.id)
    expect(await watching).toBe('Error: task cancelled')
    await expect.poll(async () => (await get(engine.url, task.id)).status).toBe(12)
  })

  it('reports why a run failed', async () => {
    const run = connect().run({ app: 'local/fail', input: { message: 'No luck.' } })
    await expect(run).rejects.toThrow('No luck.')
  })

  it('gets an error for an unknown app', async () => {
    const run = connect().run({ app: 'local/path-trcer', input: {} })
    await expect(run).rejects.toMatchObject({ statusCode: 404, message: expect.stringContaining('local/path-tracer') })
  })

  it('gets the missing requirements of an app', async () => {
    const run = connect().run({ app: 'local/requirements', input: {} })
    await expect(run).rejects.toMatchObject({ name: 'RequirementsNotMetException' })
  })

  it('uploads a file, and files inside an input', async () => {
    const client = connect()
    const file = await client.files.upload(new Blob(['hello'], { type: 'text/plain' }), { filename: 'a.txt' })
    expect(await (await fetch(file.uri)).text()).toBe('hello')
    const task = await client.run({ app: 'local/echo', input: { picture: 'data:text/plain;base64,aGVsbG8=' } })
    const { picture } = task.output as { picture: string }
    expect(await (await fetch(picture)).text()).toBe('hello')
  })

  it('lists tasks, logs and apps', async () => {
    const client = connect()
    const { data } = await client.tasks.list({ limit: 5 })
    expect(data.items.length).toBeGreaterThan(0)
    const logs = await client.tasks.getLogs(data.items[0]?.id ?? '')
    expect(logs.data.logs.length).toBeGreaterThan(0)
    const app = await client.apps.getByName('local/echo')
    expect(app.data).toMatchObject({ namespace: 'local', name: 'echo' })
  })

  it('uses a session', async () => {
    const client = connect()
    const first = await client.run({ app: 'local/echo', input: {}, session: 'new' })
    const second = await client.run({ app: 'local/echo', input: {}, session: first.session_id ?? '' })
    expect(second.session_id).toBe(first.session_id)
    expect((await get(engine.url, second.id)).events.map(({ status }) => status)).toEqual([1, 2, 3, 7, 9, 10])
  })
})

// Everything beside runs, against the real engine.
import type { InferenceClient } from '../../client/client-types.ts'
import { createEngine } from '@inferstream/engine'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { inference } from '../../client/client.ts'
import { uploadBlobs } from '../../http/uploads.ts'

let engine: Awaited<ReturnType<typeof createEngine>>
let client: InferenceClient

beforeAll(async () => {
  engine = await createEngine({ port: 0, speed: 20 })
  client = inference({ baseUrl: engine.url })
})

afterAll(() => engine.close())

describe('apps', () => {
  it('are listed with title, and have schemas', async () => {
    const apps = await client.apps.list()
    const tracer = apps.find(({ ref }) => ref === 'local/path-tracer')
    expect(tracer?.title).toMatch(/\w/)
    const details = await client.apps.get('local/path-tracer')
    expect(details).toMatchObject({
      ref: 'local/path-tracer',
      title: tracer?.title,
      inputSchema: { properties: { width: {} } },
    })
    expect(details.outputSchema).toMatchObject({ properties: { image: {} } })
  })

  it('that do not exist say so', async () => {
    await expect(client.apps.get('local/nothing')).rejects.toMatchObject({ code: 'not_found', status: 404 })
    await expect(client.run({ app: 'local/nothing', input: {} })).rejects.toMatchObject({ code: 'not_found' })
  })

  it('that lack something say what', async () => {
    await expect(client.run({ app: 'local/requirements', input: {} })).rejects.toMatchObject({
      name: 'RequirementsError',
      actions: expect.arrayContaining([
        expect.objectContaining({ type: 'add_secret', requirement: 'secret', key: 'HF_TOKEN' }),
      ]),
    })
  })

  it('refuse input that does not fit, with the place', async () => {
    await expect(client.run({ app: 'local/path-tracer', input: { width: 'wide' } })).rejects.toMatchObject({
      name: 'ValidationError',
      issues: [{ path: expect.stringContaining('/width'), message: expect.any(String) }],
    })
  })
})

describe('tasks', () => {
  it('can be read, listed in pages, and their log', async () => {
    const { taskId, logs } = await client.run({ app: 'local/echo', input: { text: 'hi' } })
    const state = await client.tasks.get(taskId)
    expect(state).toMatchObject({ taskId, status: 'completed', connection: 'closed' })
    expect(state.logs).toEqual(logs)
    const entries = await client.tasks.logs(taskId)
    expect(entries.map(({ text }) => text).toSorted()).toEqual([...logs].toSorted())
    await client.run({ app: 'local/echo', input: {} })
    const first = await client.tasks.list({ limit: 1 })
    expect(first.items).toHaveLength(1)
    const second = await client.tasks.list({ limit: 1, cursor: first.nextCursor! })
    expect(second.items[0]).toMatchObject({ taskId, status: 'completed', statusCode: 10 })
  })

  it('can be followed by their id from anywhere, and cancelled', async () => {
    const { taskId } = await client.run({ app: 'local/slow', input: {} }, { wait: false })
    const stream = client.tasks.stream(taskId)
    const seen: string[] = []
    for await (const update of stream) {
      seen.push(update.status)
      if (update.status === 'running' && seen.filter((status) => status === 'running').length === 1) {
        await client.tasks.cancel(taskId)
      }
    }
    expect(seen.at(-1)).toBe('cancelled')
    await expect(client.tasks.stream('nobodyknowsthis').result).rejects.toMatchObject({ code: 'not_found' })
    await expect(client.tasks.get('nobodyknowsthis')).rejects.toMatchObject({ code: 'not_found' })
  })

  it('are the same over NDJSON', async () => {
    const ndjson = inference({ baseUrl: engine.url, format: 'ndjson' })
    const result = await ndjson.run({ app: 'local/echo', input: { text: 'hi' } })
    expect(result.output).toEqual((await client.run({ app: 'local/echo', input: { text: 'hi' } })).output)
  })
})

describe('files', () => {
  const png = new Blob([new Uint8Array([137, 80, 78, 71])], { type: 'image/png' })

  it('are uploaded, with progress ending at 1', async () => {
    const fractions: number[] = []
    const file = await client.files.upload(png, {
      filename: 'a.png',
      onProgress: (fraction) => fractions.push(fraction),
    })
    expect(file).toMatchObject({ filename: 'a.png', content_type: 'image/png', size: 4 })
    expect(fractions.at(-1)).toBe(1)
    const back = await fetch(file.uri)
    expect([back.headers.get('content-type'), new Uint8Array(await back.arrayBuffer())]).toEqual([
      'image/png',
      new Uint8Array([137, 80, 78, 71]),
    ])
  })

  it('may be text or a data: URL', async () => {
    const text = await client.files.upload('hello')
    expect(await (await fetch(text.uri)).text()).toBe('hello')
    const data = await client.files.upload('data:text/css;base64,YXt9')
    expect(data).toMatchObject({ content_type: 'text/css', size: 3 })
    await expect(client.files.upload('data:broken')).rejects.toMatchObject({ code: 'validation' })
  })

  it('anywhere in the input are replaced by their addresses; the rest stays identical', async () => {
    const untouched = { deep: [1, { two: 2 }] }
    const input = { untouched, list: [png, 'x'], nested: { file: new File(['y'], 'y.txt') } }
    const ready = await uploadBlobs(input, async (blob) => ({ uri: `up:${blob.size}` }))
    expect(ready).toEqual({ untouched, list: ['up:4', 'x'], nested: { file: 'up:1' } })
    expect((ready as typeof input).untouched).toBe(untouched)
    const result = await client.run({ app: 'local/echo', input: { image: png } })
    expect(JSON.stringify(result.output)).toContain('/files/')
  })

  it('of another realm are sent too', async () => {
    const bytes = new TextEncoder().encode('from a frame')
    const foreign = {
      [Symbol.toStringTag]: 'File',
      name: 'a.txt',
      type: 'text/plain',
      size: bytes.length,
      arrayBuffer: async () => bytes.buffer,
    }
    const ref = await client.files.upload(foreign as unknown as File)
    expect(ref).toMatchObject({ filename: 'a.txt', content_type: 'text/plain', size: 12 })
    expect(await (await fetch(ref.uri)).text()).toBe('from a frame')
    const result = await client.run({ app: 'local/echo', input: { image: foreign } })
    expect(JSON.stringify(result.output)).toContain('/files/')
  })

  it.each([new Map([['a', 1]]), new Uint8Array(3), new Set([1])])(
    '%o in the input is refused: JSON has no form for it',
    async (value) => {
      await expect(client.run({ app: 'local/echo', input: { list: [value] } })).rejects.toMatchObject({
        code: 'config',
        message: expect.stringMatching(/JSON has no form for the (Map|Uint8Array|Set)/),
      })
    },
  )

  it('leave an address in the input an address', async () => {
    const input = { url: new URL('https://x.test/a'), at: new Date(0) }
    const { output } = await client.run({ app: 'local/echo', input })
    expect(output).toMatchObject({ url: 'https://x.test/a', at: '1970-01-01T00:00:00.000Z' })
  })

  it('that a service names no real address for are refused in a sentence', async () => {
    const odd = inference({
      baseUrl: 'http://x.test',
      fetch: async () => Response.json({ data: [{ uri: 'inf://files/1', upload_url: 'files/1' }] }),
    })
    await expect(odd.files.upload('hello')).rejects.toMatchObject({
      code: 'protocol',
      message: expect.stringMatching(/"files\/1".*no address/),
    })
  })

  it('an abort stops the upload and starts no run', async () => {
    const controller = new AbortController()
    const started = client.run({ app: 'local/echo', input: { image: png } }, { signal: controller.signal })
    controller.abort()
    await expect(started).rejects.toMatchObject({ name: 'AbortError' })
  })
})

/** The address of the first request, with INFERENCE_BASE_URL set to `variable`. */
async function asked(variable: string, baseUrl?: string): Promise<string | undefined> {
  vi.stubEnv('INFERENCE_BASE_URL', variable)
  const seen: string[] = []
  const fetch = async (address: RequestInfo | URL) => {
    seen.push(address instanceof Request ? address.url : address.toString())
    return Response.json({ data: { id: 't1', status: 1 } })
  }
  await inference({ baseUrl, fetch }).run({ app: 'a/b', input: {} }, { wait: false })
  vi.unstubAllEnvs()
  return seen[0]
}

describe('configuration', () => {
  it('refuses what cannot be meant', () => {
    expect(() => inference({ apiKey: 'x', proxyUrl: '/api' })).toThrow(/either apiKey or proxyUrl/)
  })

  it('an address is the option, else INFERENCE_BASE_URL, else the service; an empty variable does not count', async () => {
    expect(await asked('http://127.0.0.1:4100/', 'http://option.test')).toBe('http://option.test/apps/run')
    expect(await asked('http://127.0.0.1:4100/')).toBe('http://127.0.0.1:4100/apps/run')
    expect(await asked('')).toBe('https://api.inference.sh/apps/run')
  })

  it.each([{ proxyUrl: '/api/inference/proxy' }, { baseUrl: '/api' }, { baseUrl: '' }])(
    'a relative address outside a browser is an error at the first request: %o',
    async (options) => {
      const error = inference(options).run({ app: 'a/b', input: {} })
      await expect(error).rejects.toMatchObject({ code: 'config', message: expect.stringMatching(/relative/) })
      await expect(error).rejects.not.toHaveProperty('mayHaveStarted')
    },
  )

  it('functions that give tokens and headers may fail: the error says which, and a token is asked for again', async () => {
    const options = { baseUrl: 'http://127.0.0.1:1', retry: { maxAttempts: 1, baseDelay: 1 } }
    const getToken = vi.fn(() => Promise.reject(new Error('no session')))
    await expect(inference({ ...options, getToken }).tasks.get('t1')).rejects.toMatchObject({
      code: 'auth',
      message: 'getToken failed: Error: no session',
    })
    expect(getToken).toHaveBeenCalledTimes(2)
    const headers = {
      tenant() {
        throw new Error('no tenant')
      },
    }
    await expect(inference({ ...options, headers }).tasks.get('t1')).rejects.toMatchObject({
      code: 'config',
      message: 'A header function failed: Error: no tenant',
      retryable: false,
    })
  })

  it('an engine that is not running is one clear sentence', async () => {
    const gone = await createEngine({ port: 0 })
    await gone.close()
    await expect(
      inference({ baseUrl: gone.url, retry: false }).run({ app: 'local/echo', input: {} }),
    ).rejects.toMatchObject({
      code: 'network',
      message: `No answer from ${gone.url}. Is the engine running? \`npx @inferstream/engine\` starts it.`,
      mayHaveStarted: false,
    })
  })
})

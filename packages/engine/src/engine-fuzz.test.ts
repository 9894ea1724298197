import { connect } from 'node:net'
import type { Engine } from '@inferstream/engine'
import { createEngine } from '@inferstream/engine'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createRandom } from './random.ts'
import { call, get, reached, start } from './testing/engine-client.ts'

// Real servers and threads, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000 })

let engine: Engine
beforeAll(async () => {
  engine = await createEngine({ speed: 50 })
})
afterAll(() => engine.close())

const random = createRandom(2_026)
const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T

/** The engine answers, and still runs tasks. */
async function stillRuns(): Promise<boolean> {
  const id = await start(engine.url, 'local/echo')
  await reached(engine.url, id, 10)
  return (await get(engine.url, id)).status === 10
}

/** Timers of this process, which the engine shares. */
function timers(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
}

/** Sends raw bytes and resolves to what was received, however the connection ended. */
function sendRaw(bytes: string | Buffer): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(engine.port, '127.0.0.1')
    let answer = ''
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString('latin1')))
    socket.on('error', () => {})
    socket.on('close', () => resolve(answer))
    socket.setTimeout(300, () => socket.destroy())
    socket.end(bytes)
  })
}

const values = [
  null,
  true,
  0,
  -1,
  1e308,
  '',
  'x',
  '\u0000',
  '\ud800',
  '__proto__',
  'new',
  'constructor',
  [],
  {},
  [[[]]],
  { __proto__: null },
  'x'.repeat(5_000),
  { a: { b: { c: [] } } },
  -0.5,
  Number.MAX_SAFE_INTEGER,
]
const names = [
  'app',
  'input',
  'session',
  'session_timeout',
  'function',
  'app_id',
  'version_id',
  'setup',
  'wait',
  'files',
  'rules',
  'taskId',
  'limit',
  'cursor',
  'metadata',
  'constructor',
  'toString',
  'infra',
  'run_at',
]
const apps = [
  'local/echo',
  'local/fail',
  'local/flood',
  'local/story',
  'infsh/text-templating',
  'local/path-tracer',
  'local/x',
]

function strangeBody(): string {
  const body: Record<string, unknown> = random() < 0.7 ? { app: pick(apps), input: {} } : {}
  for (let count = random() * 4; count > 0; count--) {
    const holder =
      random() < 0.5 && typeof body['input'] === 'object' ? (body['input'] as Record<string, unknown>) : body
    holder[pick([...names, 'width', 'tokens', 'lines', 'phase', 'template', 'strings', 'seed', 'prompt'])] =
      pick(values)
  }
  delete body['wait']
  if (typeof body['input'] === 'object' && body['input'] !== null)
    Object.assign(body['input'], { lines: 3, tokens: 3, width: 20, height: 20, samples: 1 })
  const text = JSON.stringify(body)
  return random() < 0.2 ? text.slice(0, Math.floor(random() * text.length)) : text
}

describe('arbitrary requests', () => {
  it('unusual bodies are answered, with problem+json if they are refused', async () => {
    const paths = ['/apps/run', '/files', '/tasks/list', '/apps/list', '/run']
    for (let round = 0; round < 300; round++) {
      const body = strangeBody()
      const answer = await call(engine.url, 'POST', pick(paths), body)
      const type = answer.status < 400 ? 'application/json' : 'application/problem+json'
      const refusal = { body, answered: answer.status < 500, type: answer.headers.get('content-type') }
      expect(refusal).toEqual({ body, answered: true, type })
    }
    expect(await stillRuns()).toBe(true)
  })

  it('unusual paths are answered', async () => {
    const pieces = [
      'tasks',
      'apps',
      'files',
      '..',
      '.',
      '%2e%2e',
      '%2f',
      '%00',
      '%',
      '%zz',
      '%ff',
      '\\',
      '//',
      '@',
      ':id',
      'stream',
      '*',
      '?',
      '#',
      '__proto__',
      '💥',
      'x'.repeat(3_000),
    ]
    for (let round = 0; round < 300; round++) {
      const path = `/${Array.from({ length: 1 + Math.floor(random() * 4) }, () => pick(pieces)).join('/')}`
      const method = pick(['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'HEAD', 'PATCH', 'BREW', 'TRACE'])
      const answer = await sendRaw(
        `${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`,
      )
      expect(`${method} ${path}: ${answer}`).toMatch(/: HTTP\/1\.1 [1-4]\d\d /)
    }
    expect(await stillRuns()).toBe(true)
  })

  it('unusual headers are answered or dropped', async () => {
    const headers = [
      'Host: \r\n',
      'Host: a b\r\n',
      'Host: 127.0.0.1\r\nHost: x\r\n',
      '',
      'Host: 127.0.0.1\r\nContent-Length: -1\r\n',
      'Host: 127.0.0.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n',
      'Host: 127.0.0.1\r\nLast-Event-ID: \u00ff\r\n',
      'Host: 127.0.0.1\r\nx-inf-target-url: http://[\r\n',
      'Host: 127.0.0.1\r\nx-inf-target-url: /tasks\r\n',
      'Host: 127.0.0.1\r\nx-inf-target-url: https://a:b@c/%2e%2e/%zz\r\n',
      'Host: 127.0.0.1\r\nOrigin: \u0001\r\n',
      `Host: 127.0.0.1\r\nAuthorization: ${'x'.repeat(20_000)}\r\n`,
      'Host: 127.0.0.1\r\nRange: bytes=9-1\r\n',
      'Host: 127.0.0.1\r\nExpect: 100-continue\r\n',
      'Host: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: upgrade\r\n',
    ]
    const id = await start(engine.url, 'local/echo')
    for (const header of headers) {
      for (const line of ['GET /', `GET /tasks/${id}/stream`, 'POST /apps/run', `GET http://127.0.0.1/tasks/${id}`]) {
        await sendRaw(`${line} HTTP/1.1\r\n${header}\r\n`)
      }
    }
    await sendRaw(Buffer.from(Array.from({ length: 4_000 }, () => Math.floor(random() * 256))))
    expect(await stillRuns()).toBe(true)
  })

  it('many readers that disconnect at once leave nothing behind', async () => {
    const id = await start(engine.url, 'local/slow', { seconds: 60 })
    const atFirst = timers()
    for (let round = 0; round < 100; round++) {
      const controller = new AbortController()
      const { signal } = controller
      const reading = fetch(`${engine.url}/tasks/${id}/stream`, { signal })
        .then((answer) => answer.text())
        .catch(() => 'left')
      setTimeout(() => controller.abort(), random() * 10)
      await reading
    }
    // A stream that is not released keeps its heartbeat timer.
    await expect.poll(timers).toBeLessThanOrEqual(atFirst + 5)
    await call(engine.url, 'POST', `/tasks/${id}/cancel`)
    expect(await stillRuns()).toBe(true)
  })
})

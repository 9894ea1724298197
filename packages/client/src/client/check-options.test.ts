// Options that make no sense are an error where they are given, and not a run that behaves strangely later.
import { describe, expect, it } from 'vitest'
import { fakeService } from '../../test/fake-service.ts'
import type { InferstreamError } from '../core/errors.ts'
import type { FollowOptions, InferenceOptions } from '../core/types.ts'
import { inference } from './client.ts'

const run = { app: 'a/b', input: {} }
const numbers = [Number.NaN, -1, -Infinity, '5', null, 5n, {}]

const clientRows: [keyof InferenceOptions, unknown[]][] = [
  ['apiKey', [5, null, {}, ['inf_canary']]],
  ['getToken', ['token', null, 5]],
  [
    'proxyUrl',
    ['', ' ', 5, null, 'localhost:3000/api', 'ftp://x.test', 'javascript:alert(1)', 'https://me:pass@x.test'],
  ],
  [
    'baseUrl',
    [
      'api.inference.sh',
      'localhost:4100',
      '127.0.0.1:4100/v1',
      'ftp://x.test',
      'ws://x.test',
      'http:/x.test',
      'http://',
      'https://x.test:99999',
      'https://me:pass@x.test',
      'https://x.test/?key=1',
      'https://x.test/#a',
      ' https://x.test',
      5,
      null,
    ],
  ],
  ['headers', ['x: y', null, [['x', 'y']], new Headers({ x: 'y' }), new Map([['x', 'y']]), { x: 5 }, { x: null }]],
  ['fetch', ['fetch', null, {}]],
  ['credentials', ['all', '', true, null]],
  ['format', ['xml', 'SSE', '', null, 0]],
  ['statusTable', ['x', '', null, 8]],
  [
    'retry',
    [
      true,
      3,
      null,
      'no',
      { maxAttempts: -1 },
      { maxAttempts: 1.5 },
      { maxAttempts: Number.NaN },
      { baseDelay: -1 },
      { baseDelay: '500' },
      { maxDelay: Number.NaN },
      { maxDelay: null },
    ],
  ],
  ['idleTimeoutMs', [...numbers, 0]],
  ['maxStreams', [...numbers, 1.5]],
  ['maxEventBytes', [...numbers, 0, 1.5]],
  ['dangerouslyAllowBrowser', ['yes', 1, null]],
  ['onEvent', ['log', null]],
  ['onWarning', ['log', {}]],
  ['transport', [5, null, 'http', {}, { kind: 'mine' }, []]],
]

const followRows: [keyof FollowOptions, unknown[]][] = [
  ['signal', [new AbortController(), null, 5, 'stop', {}]],
  ['timeoutMs', [...numbers, 0]],
  ['onTimeout', ['stop', '', null, true]],
  ['maxLogLines', [...numbers, 1.5]],
  ['onEvent', ['log', null]],
  ['onWarning', ['log', null]],
]

const each = <T>(rows: readonly [T, unknown[]][]) =>
  rows.flatMap(([name, values]) => values.map((value): [T, unknown] => [name, value]))

const thrownBy = (call: () => unknown): unknown => {
  try {
    call()
    return 'nothing'
  } catch (error) {
    return error
  }
}

describe('inference() refuses', () => {
  it.each(each(clientRows))('%s: %o', (name, value) => {
    const error = thrownBy(() => inference({ [name]: value })) as InferstreamError
    expect(error).toMatchObject({ code: 'config', retryable: false })
    expect(error.message).toMatch(name === 'retry' ? /retry|maxAttempts|baseDelay|maxDelay/ : name)
    expect(error.message).not.toMatch(/pass@|inf_canary/)
  })

  it.each([null, 5, 'inf_canary', []])('%o in place of its options', (value) => {
    expect(thrownBy(() => inference(value as never))).toMatchObject({ code: 'config' })
  })
})

describe('inference() takes', () => {
  it.each<InferenceOptions>([
    {},
    { apiKey: '' },
    { baseUrl: 'http://localhost:4100/' },
    { baseUrl: 'HTTPS://x.test/v1/@scope' },
    { baseUrl: 'http://[::1]:4100' },
    { baseUrl: '/api' },
    { proxyUrl: '/api/inference/proxy' },
    { proxyUrl: 'api/proxy?tenant=1' },
    { proxyUrl: 'https://x.test/api?tenant=1' },
    { headers: { a: 'b', c: () => undefined } },
    { headers: Object.create(null) as Record<string, string> },
    { retry: false },
    { retry: {} },
    { retry: { maxAttempts: Infinity, baseDelay: 0, maxDelay: Infinity } },
    { idleTimeoutMs: Infinity, maxStreams: Infinity, maxEventBytes: Infinity },
    { idleTimeoutMs: 0.5, maxStreams: 0 },
    { format: undefined, statusTable: undefined, retry: undefined, headers: undefined, transport: undefined },
  ])('%o', (options) => {
    expect(() => inference(options)).not.toThrow()
  })
})

describe('following a run refuses', () => {
  it.each(each(followRows))('%s: %o', async (name, value) => {
    const service = fakeService()
    const options = { [name]: value } as FollowOptions
    const refused = { code: 'config', message: expect.stringContaining(name) }
    await expect(service.client.run(run, options)).rejects.toMatchObject(refused)
    await expect(service.client.run(run, { ...options, stream: true })).rejects.toMatchObject(refused)
    await expect(service.client.runMany([run], options)).rejects.toMatchObject(refused)
    expect(thrownBy(() => service.client.tasks.stream('t1', options))).toMatchObject(refused)
    await service.settled()
    expect(service.requests).toEqual([])
  })

  it.each([0, -1, 1.5, Number.NaN, '2', null])('runMany with concurrency: %o', async (concurrency) => {
    const service = fakeService()
    const options = { concurrency } as { concurrency: number }
    await expect(service.client.runMany([run], options)).rejects.toMatchObject({ code: 'config' })
    expect(service.requests).toEqual([])
  })

  it.each([null, 5, 'stream'])('%o in place of its options', async (options) => {
    const service = fakeService()
    await expect(service.client.run(run, options as never)).rejects.toMatchObject({ code: 'config' })
    expect(thrownBy(() => service.client.tasks.stream('t1', options as never))).toMatchObject({ code: 'config' })
    expect(service.requests).toEqual([])
  })

  it.each([null, 5, 'a/b', {}])('%o in place of a list of runs', async (configs) => {
    await expect(fakeService().client.runMany(configs as never)).rejects.toMatchObject({ code: 'config' })
  })

  it.each([null, 5, 'a/b', [], { input: {} }, { app: 5, input: {} }, { app: {}, input: {} }])(
    '%o in place of what to run',
    async (config) => {
      const service = fakeService()
      await expect(service.client.run(config as never)).rejects.toMatchObject({ code: 'config' })
      expect(service.requests).toEqual([])
    },
  )
})

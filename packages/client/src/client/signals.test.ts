import { describe, expect, it } from 'vitest'
import { fakeService, json } from '../../test/fake-service.ts'
import { fromAsyncIterable } from '../transports/from-async-iterable.ts'
import '../transports/http/http-resources.ts'
import '../transports/http/resources.ts'
import type { InferenceClient } from './client-types.ts'
import { inference } from './client.ts'

type Call = (client: InferenceClient, options: { signal: AbortSignal }) => Promise<unknown>

const calls: [string, Call][] = [
  ['tasks.get', (client, options) => client.tasks.get('t1', options)],
  ['tasks.logs', (client, options) => client.tasks.logs('t1', options)],
  ['tasks.list', (client, options) => client.tasks.list({ limit: 5 }, options)],
  ['tasks.cancel', (client, options) => client.tasks.cancel('t1', options)],
  ['apps.get', (client, options) => client.apps.get('a/b', options)],
  ['apps.list', (client, options) => client.apps.list(options)],
]

describe.each(calls)('a signal given to %s', (_, call) => {
  it('ends the waiting at once, and the request with it', async () => {
    const signals: (AbortSignal | null | undefined)[] = []
    const service = fakeService({
      fetch: (_url, init) => {
        signals.push(init?.signal)
        return new Promise(() => {})
      },
    })
    const controller = new AbortController()
    const answer = call(service.client, { signal: controller.signal })
    await service.settled()
    controller.abort()
    await expect(answer).rejects.toMatchObject({ name: 'AbortError', code: 'aborted' })
    expect(signals.map((signal) => signal?.aborted)).toEqual([true])
    expect(service.platform.timers).toBe(0)
  })

  it('that was aborted before sends nothing', async () => {
    const service = fakeService()
    await expect(call(service.client, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'aborted' })
    expect(service.requests).toEqual([])
  })
})

it('a signal ends the waiting for a backend that has none', async () => {
  const client = inference({ transport: fromAsyncIterable(async function* source() {}) })
  await expect(client.tasks.get('t1', { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'aborted' })
})

it('a list says which app a task runs and when it began and ended, where the service does', async () => {
  const at = '2026-05-04T10:00:00.5Z'
  const end = '2026-05-04T10:01:00Z'
  const items = [
    { id: 't1', status: 7, app: { id: 'x', namespace: 'a', name: 'b' }, created_at: at, updated_at: end },
    { id: 't2', status: 10, app: 'a/c', created_at: at, events: [{ event_time: at }, { event_time: end }] },
    { id: 't3', status: 12, app: null, created_at: 'soon', updated_at: end },
    { id: 't4', status: 11, app: { name: 5 } },
  ]
  const service = fakeService({ fetch: async () => json({ data: { items } }) })
  expect((await service.client.tasks.list()).items).toEqual([
    { taskId: 't1', status: 'running', statusCode: 7, app: 'a/b', createdAt: Date.parse(at) },
    {
      taskId: 't2',
      status: 'completed',
      statusCode: 10,
      app: 'a/c',
      createdAt: Date.parse(at),
      endedAt: Date.parse(end),
    },
    { taskId: 't3', status: 'cancelled', statusCode: 12, endedAt: Date.parse(end) },
    { taskId: 't4', status: 'failed', statusCode: 11 },
  ])
})

// A stream that a proxy buffers is not dead: the run is polled beside it (design §2 "Guaranteed settlement").
import { describe, expect, it } from 'vitest'
import { fakeService, partial } from '../../test/fake-service.ts'

const run = { app: 'a/b', input: {} }
const done = { id: 't1', status: 10, output: { ok: true }, logs: [] }

describe('an open stream that delivers nothing', () => {
  it('is polled beside within five seconds, at most once a second, and shown as polling', async () => {
    const service = fakeService()
    service.task = { id: 't1', status: 7, progress: { current: 1, total: 4 }, logs: [], updated_at: 'x' }
    const stream = await service.client.run(run, { stream: true })
    await service.settled()
    expect(stream.state.connection).toBe('live')
    await service.platform.advance(5_000)
    expect(stream.state).toMatchObject({ connection: 'polling', status: 'running', progress: { fraction: 0.25 } })
    const before = service.paths('GET')
    await service.platform.advance(10_000)
    expect(service.paths('GET') - before).toBeLessThanOrEqual(10)
    expect(service.open).toHaveLength(1)
    expect(service.stream.cancelled).toBe(false)
  })

  it('is used again as soon as it delivers data, and polling stops', async () => {
    const service = fakeService()
    const stream = await service.client.run(run, { stream: true })
    await service.platform.advance(10_000)
    await service.stream.send({ id: 't1', status: 7 })
    expect(stream.state.connection).toBe('live')
    await service.platform.advance(1_000)
    const before = service.paths('GET')
    await service.platform.advance(20_000)
    expect(service.paths('GET')).toBe(before)
    await service.stream.send(done)
    await expect(stream.result).resolves.toMatchObject({ output: { ok: true } })
    expect(service.platform.timers).toBe(0)
  })

  it.each(['hangs', 'stream'] as const)('does not delay the end of the run (%s)', async (answer) => {
    const service = fakeService()
    service.streams.push(answer)
    service.task = done
    const stream = await service.client.run(run, { stream: true })
    await service.platform.advance(4_000)
    await expect(stream.result).resolves.toMatchObject({ output: { ok: true } })
    expect(service.platform.timers).toBe(0)
  })

  it('is not polled beside while heartbeats arrive', async () => {
    const service = fakeService()
    const stream = await service.client.run(run, { stream: true })
    await service.settled()
    await service.stream.send(': heartbeat\n\n')
    await service.platform.advance(40_000)
    expect(stream.state.connection).toBe('live')
    expect(service.paths('GET')).toBe(1)
  })

  it('adds each line once, even if polling delivered some before', async () => {
    const service = fakeService()
    service.task = { id: 't1', status: 7, logs: ['a', 'b'] }
    service.logs = { logs: ['a', 'b', 'c'] }
    const stream = await service.client.run(run, { stream: true })
    await service.platform.advance(4_000)
    expect(stream.state.logs).toEqual(['a', 'b'])
    await service.stream.send(
      { id: 't1', status: 7, logs: [] },
      partial({ logs: ['a', 'b'] }),
      partial({ logs: ['c'] }),
    )
    await service.platform.advance(2_000)
    expect(stream.state.logs).toEqual(['a', 'b', 'c'])
  })
})

describe('a request that ignores its signal', () => {
  it('is not waited for', async () => {
    let requests = 0
    const service = fakeService({
      fetch: async (input) => {
        requests++
        if (new URL(input instanceof Request ? input.url : input).pathname === '/apps/run')
          return Response.json({ data: { id: 't1', status: 1 } })
        return new Promise(() => {})
      },
    })
    const stream = await service.client.run(run, { stream: true })
    await service.platform.advance(300_000)
    expect(requests).toBeGreaterThan(8)
    stream.close()
    await expect(stream.result).rejects.toMatchObject({ code: 'aborted' })
    expect(service.platform.timers).toBe(0)
  })
})

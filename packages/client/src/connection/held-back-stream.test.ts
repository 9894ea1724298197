// A stream that a proxy holds back is not dead: the run is seen meanwhile (design §2 "Guaranteed settlement").
import { describe, expect, it } from 'vitest'
import { fakeService, partial } from '../../test/fake-service.ts'

const run = { app: 'a/b', input: {} }
const done = { id: 't1', status: 10, output: { ok: true }, logs: [] }

describe('a stream that is open and brings nothing', () => {
  it('is accompanied by GET within five seconds, at most once a second, and shown as polling', async () => {
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

  it('is the source again as soon as it speaks, and the requests stop', async () => {
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

  it.each(['hangs', 'stream'] as const)('does not delay the end (%s)', async (answer) => {
    const service = fakeService()
    service.streams.push(answer)
    service.task = done
    const stream = await service.client.run(run, { stream: true })
    await service.platform.advance(4_000)
    await expect(stream.result).resolves.toMatchObject({ output: { ok: true } })
    expect(service.platform.timers).toBe(0)
  })

  it('is left alone while heartbeats arrive', async () => {
    const service = fakeService()
    const stream = await service.client.run(run, { stream: true })
    await service.settled()
    await service.stream.send(': heartbeat\n\n')
    await service.platform.advance(40_000)
    expect(stream.state.connection).toBe('live')
    expect(service.paths('GET')).toBe(1)
  })

  it('brings each line once, although GET had brought some before', async () => {
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
    const deaf = fakeService({
      fetch: async (input) => {
        requests++
        if (new URL(String(input)).pathname === '/apps/run') return Response.json({ data: { id: 't1', status: 1 } })
        return new Promise(() => {})
      },
    })
    const stream = await deaf.client.run(run, { stream: true })
    await deaf.platform.advance(300_000)
    expect(requests).toBeGreaterThan(8)
    stream.close()
    await expect(stream.result).rejects.toMatchObject({ code: 'aborted' })
    expect(deaf.platform.timers).toBe(0)
  })
})

import { describe, expect, it } from 'vitest'
import { fakeService, partial, problem } from '../../test/fake-service.ts'
import { uncaughtIn } from '../../test/uncaught.ts'
import { app } from '../helpers/app.ts'
import './settled-runs.ts'
import type { SettledRun } from '../core/types.ts'

const run = { app: 'a/b', input: {} }
const done = { id: 't1', status: 10, output: { ok: true }, logs: [] }

function start() {
  const seen: SettledRun[] = []
  const service = fakeService({ onSettled: (settled) => seen.push(settled), retry: false })
  return { ...service, service, seen }
}

describe('onSettled', () => {
  it('is called once for a run, with its output and how long it took', async () => {
    const { service, client, platform, seen } = start()
    const stream = await client.run({ app: app('a/b'), input: {} }, { stream: true })
    const other = client.tasks.stream('t1')
    await service.settled()
    await platform.advance(1_500)
    await service.open[0]!.send(done)
    await service.open[1]?.send(done)
    await stream.result
    await other.result
    await service.settled()
    expect(seen).toEqual([
      { taskId: 't1', app: 'a/b', outcome: { status: 'completed', output: { ok: true } }, duration: 1_500 },
    ])
  })

  it.each([
    [
      { status: 11, error: 'boom' },
      { status: 'failed', error: { message: 'boom' } },
    ],
    [{ status: 12 }, { status: 'cancelled' }],
  ])('says how it ended: %o', async (end, outcome) => {
    const { service, client, seen } = start()
    client.run(run).catch(() => {})
    await service.settled()
    await service.stream.send(partial(end))
    await service.platform.advance(1)
    expect(seen).toMatchObject([{ taskId: 't1', app: 'a/b', outcome }])
  })

  it('is called for a run that could not be started', async () => {
    const { service, client, seen } = start()
    service.posts.push(problem(403, 'Not yours.'))
    await client.run(run, { wait: false }).catch(() => {})
    await client.run(null as never).catch(() => {})
    await service.settled()
    expect(seen).toMatchObject([
      { taskId: null, app: 'a/b', outcome: { status: 'error', error: { code: 'forbidden' } } },
      { taskId: null, app: null, outcome: { status: 'error', error: { code: 'config' } } },
    ])
  })

  it('is called for a run that was started here and is followed from elsewhere', async () => {
    const { service, client, seen } = start()
    const { taskId } = await client.run(run, { wait: false })
    const stream = await client.run(run, { stream: true })
    stream.close()
    await service.settled()
    expect(seen).toEqual([])
    void client.tasks.stream(taskId)
    await service.settled()
    await service.stream.send(done)
    await service.settled()
    expect(seen).toMatchObject([{ taskId: 't1', app: 'a/b', outcome: { status: 'completed' } }])
  })

  it('is called for a run that its signal cancelled', async () => {
    const { service, client, seen } = start()
    const controller = new AbortController()
    client.run(run, { signal: controller.signal }).catch(() => {})
    await service.settled()
    controller.abort()
    await service.settled()
    expect(seen).toMatchObject([{ taskId: 't1', outcome: { status: 'cancelled' } }])
  })

  it('is not called for runs that were started elsewhere', async () => {
    const { service, client, seen } = start()
    const stream = client.tasks.stream('t1')
    await service.settled()
    await service.stream.send(done)
    await stream.result
    await service.settled()
    expect(seen).toEqual([])
  })

  it('may throw', async () => {
    const service = fakeService({
      onSettled: () => {
        throw new Error('mine')
      },
    })
    const uncaught = await uncaughtIn(async () => {
      const ended = service.client.run(run)
      await service.settled()
      await service.stream.send(done)
      expect((await ended).output).toEqual({ ok: true })
      await service.settled()
    })
    expect(uncaught.map(String)).toEqual(['Error: mine'])
  })
})

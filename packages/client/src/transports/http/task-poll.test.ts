// Polling: its cost, and that it delivers the complete end.
import { expect, it } from 'vitest'
import { fakeService, problem } from '../../../test/fake-service.ts'

const run = { app: 'a/b', input: {} }

function polled() {
  const service = fakeService()
  service.streams.push(new Response(null, { status: 204 }))
  const taskRequests = () => service.requests.filter(({ path }) => path === '/tasks/t1').length
  return { service, taskRequests }
}

it('requests the status each second, and the whole task after updated_at has changed', async () => {
  const { service, taskRequests } = polled()
  service.task = { id: 't1', status: 7, logs: [], updated_at: '2026-01-01T00:00:01Z' }
  const stream = await service.client.run(run, { stream: true })
  await service.platform.advance(10_000)
  const before = taskRequests()
  expect(before).toBeLessThan(4)
  await service.platform.advance(10_000)
  expect(taskRequests()).toBe(before)
  expect(service.paths('GET /tasks/t1/status')).toBeGreaterThan(15)
  service.task = { id: 't1', status: 7, logs: ['a'], updated_at: '2026-01-01T00:00:02Z' }
  await service.platform.advance(1_000)
  expect(taskRequests()).toBe(before + 1)
  expect(stream.state.logs).toEqual(['a'])
})

it('requests a large task as rarely as its size demands, shows its status meanwhile, and always requests it at the end', async () => {
  const { service, taskRequests } = polled()
  const lines = Array.from({ length: 2_000 }, (_, index) => `${index} ${'x'.repeat(90)}`)
  let second = 0
  const change = (status: number, more: object = {}) => {
    const time = `2026-01-01T00:00:${String(++second).padStart(2, '0')}Z`
    service.task = { id: 't1', status, logs: lines, updated_at: time, ...more }
  }
  change(6)
  const stream = await service.client.run(run, { stream: true })
  await service.platform.advance(2_000)
  const before = taskRequests()
  for (let at = 0; at < 8; at++) {
    change(7)
    await service.platform.advance(1_000)
  }
  // About 200 kB, at 20 kB a second.
  expect(taskRequests()).toBe(before)
  expect(stream.state.status).toBe('running')
  change(10, { output: { ok: true } })
  await service.platform.advance(1_000)
  await expect(stream.result).resolves.toMatchObject({ output: { ok: true } })
  expect(stream.state.logs).toHaveLength(2_000)
})

it('requests the whole task if the status endpoint is refused', async () => {
  const { service } = polled()
  service.task = { id: 't1', status: 7, logs: [], updated_at: '2026-01-01T00:00:01Z' }
  const stream = await service.client.run(run, { stream: true })
  await service.platform.advance(500)
  service.statuses.push(problem(403, 'Not through here.'))
  await service.platform.advance(3_000)
  service.task = { id: 't1', status: 10, output: { ok: true }, logs: [], updated_at: '2026-01-01T00:00:02Z' }
  await service.platform.advance(1_000)
  await expect(stream.result).resolves.toMatchObject({ output: { ok: true } })
  expect(service.paths('GET /tasks/t1/status')).toBe(1)
})

it('asks for the status only, where the status alone says when the task has changed', async () => {
  const { service, taskRequests } = polled()
  service.task = { id: 't1', status: 7, logs: [] }
  const answer = { data: { id: 't1', status: 7, updated_at: 'x' } }
  service.statuses.push(...Array.from({ length: 10 }, () => Response.json(answer)))
  await service.client.run(run, { stream: true })
  await service.platform.advance(8_000)
  expect(taskRequests()).toBeLessThan(4)
})

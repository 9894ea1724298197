import { inference as official } from '@inferencesh/sdk'
import { createEngine } from '@inferstream/engine'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { fromInferenceSdk, inference } from '../index.ts'
import type { InferstreamError, TaskUpdate } from '../index.ts'

// The official client 0.6.54, as it is, between us and a real service.
vi.setConfig({ testTimeout: 60_000 })

let engine: Awaited<ReturnType<typeof createEngine>>
beforeAll(async () => {
  engine = await createEngine({ speed: 10 })
})
afterAll(() => engine.close())

const connect = () => inference({ transport: fromInferenceSdk(official({ apiKey: 'inf_guest', baseUrl: engine.url })) })

it('runs an app through the official client, with its progress, its log and its output', async () => {
  const run = { app: 'local/path-tracer', input: { width: 32, height: 20, samples: 4 } }
  const stream = await connect().run<unknown, { url: string }>(run, { stream: true })
  const updates: TaskUpdate[] = []
  for await (const update of stream) updates.push(update)
  const { output, logs } = await stream.result
  expect(output.url).toMatch(/^http/)
  expect(updates.some(({ progress }) => progress?.total === 4)).toBe(true)
  expect(updates.some(({ partial_output }) => partial_output !== undefined)).toBe(true)
  expect(logs.join('\n')).toMatch(/pass 4\/4/)
  expect(updates.flatMap((update) => update.logs)).toEqual([...logs])
})

it('tells a failure of the app as one', async () => {
  const stream = await connect().run({ app: 'local/fail', input: {} }, { stream: true })
  await expect(stream.result).rejects.toMatchObject({ name: 'TaskFailedError', code: 'task_failed' })
})

it('cancels through the official client', async () => {
  const stream = await connect().run({ app: 'local/slow', input: { seconds: 30 } }, { stream: true })
  await stream.cancel()
  await expect(stream.result).rejects.toMatchObject({ code: 'task_cancelled' })
})

/** All that an error says itself. */
const told = ({ name, message, ...rest }: InferstreamError) => ({ ...rest, name, message, cause: null })

it.each([
  ['requirements that are not met', { app: 'local/requirements', input: {} }, { code: 'requirements', status: 412 }],
  ['a refused input', { app: 'local/path-tracer', input: { samples: 'x' } }, { code: 'validation', status: 422 }],
  ['an unknown app', { app: 'local/nothing', input: {} }, { code: 'not_found', status: 404 }],
])('tells %s as our own requests do', async (_, run, facts) => {
  const [ours, theirs] = await Promise.all(
    [inference({ baseUrl: engine.url }), connect()].map((client) =>
      client.run(run).then(
        () => expect.fail('was accepted'),
        (error: InferstreamError) => error,
      ),
    ),
  )
  expect(theirs).toMatchObject(facts)
  expect(told(theirs!)).toEqual(told(ours!))
})

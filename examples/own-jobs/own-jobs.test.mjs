// `node --test`: followers over two servers, with processes that die.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { inference } from '@inferstream/client'
import { jobs } from './backend.js'
import { hasRedis, missingRedis, startRedis, startServer, startWorker } from './processes.mjs'

const skip = hasRedis() || process.env['REDIS_URL'] ? false : missingRedis

const linesOf = (frames) => Array.from({ length: frames }, (_, frame) => `frame ${frame + 1} of ${frames} drawn`)

describe('jobs of your own', { skip }, () => {
  let redis
  let servers = []
  let workers = []
  let count = 0
  const lock = { LOCK_DURATION: '1000' }
  const quick = { retry: { baseDelay: 50, maxDelay: 500, maxAttempts: 100 } }
  /** A client that asks one server, then the other. */
  const clientOf = (options) =>
    inference({ ...quick, ...options, transport: jobs(() => servers[(count += 1) % servers.length].url) })
  const start = (input, client = clientOf()) => client.run({ app: 'render', input }, { stream: true })

  before(async () => {
    redis = await startRedis()
    servers = [await startServer(redis.url), await startServer(redis.url)]
    workers = [await startWorker(redis.url, lock)]
  })
  after(async () => {
    await Promise.all([...servers, ...workers].map((one) => one.kill()))
    await redis?.stop()
  })

  it('100 followers see every line once, though a server and a worker die in mid-run', async () => {
    const first = await start({ frames: 80, msPerFrame: 40 })
    const streams = [first, ...Array.from({ length: 99 }, () => clientOf().tasks.stream(first.taskId))]
    const seen = streams.map(async (stream) => {
      const lines = []
      for await (const update of stream) lines.push(...update.logs)
      return lines
    })
    const reached = async (frame) => {
      while (first.state.logs.length < frame) await new Promise((resolve) => setTimeout(resolve, 20))
    }
    await reached(15)
    const [dying] = servers
    await dying.kill()
    await reached(30)
    await workers[0].kill()
    workers = [await startWorker(redis.url, lock)]
    servers[0] = await startServer(redis.url, dying.port)
    const all = await Promise.all(seen)
    for (const lines of all) assert.deepEqual(lines, linesOf(80))
    for (const stream of streams) {
      const { output, state } = await stream.result
      assert.deepEqual(output, { frames: 80 })
      assert.deepEqual([...state.logs], linesOf(80))
    }
  })

  it('a worker that was paused and overtaken writes no line any more', async () => {
    const stream = await start({ frames: 60, msPerFrame: 60 })
    while (stream.state.logs.length < 10) await new Promise((resolve) => setTimeout(resolve, 20))
    const [paused] = workers
    paused.child.kill('SIGSTOP')
    workers.push(await startWorker(redis.url, lock))
    while (stream.state.logs.length < 30) await new Promise((resolve) => setTimeout(resolve, 20))
    paused.child.kill('SIGCONT')
    const { logs, output } = await stream.result
    assert.deepEqual([...logs], linesOf(60))
    assert.deepEqual(output, { frames: 60 })
  })

  it('a run is cancelled over either server, in the queue too', async () => {
    for (let index = 0; index < 2; index += 1) {
      const stream = await start({ frames: 1_000 })
      while (stream.state.logs.length === 0) await new Promise((resolve) => setTimeout(resolve, 20))
      await clientOf().tasks.cancel(stream.taskId)
      await assert.rejects(stream.result, { code: 'task_cancelled' })
    }
    const busy = await Promise.all(Array.from({ length: 9 }, () => start({ frames: 1_000 })))
    await Promise.all(busy.toReversed().map((stream) => stream.cancel()))
    const ends = await Promise.allSettled(busy.map(({ result }) => result))
    assert.deepEqual(new Set(ends.map(({ reason }) => reason.code)), new Set(['task_cancelled']))
  })

  it('a failed job ends as failed, and what it had said stays', async () => {
    const stream = await start({ frames: 10, failAt: 3 })
    await assert.rejects(stream.result, { code: 'task_failed', message: 'Frame 3 could not be drawn.' })
    assert.deepEqual([...stream.state.logs], linesOf(10).slice(0, 3))
  })

  it('a page that is reloaded joins by the id, in mid-run and after the end', async () => {
    const stream = await start({ frames: 20 })
    while (stream.state.logs.length < 5) await new Promise((resolve) => setTimeout(resolve, 20))
    stream.close()
    assert.deepEqual([...(await clientOf().tasks.stream(stream.taskId).result).logs], linesOf(20))
    assert.deepEqual([...(await clientOf().tasks.stream(stream.taskId).result).logs], linesOf(20))
  })

  it('a start that is repeated starts one job', async () => {
    const body = JSON.stringify({ input: { frames: 5 }, idempotencyKey: 'repeated-1' })
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body }
    const ids = await Promise.all(
      [...servers, ...servers].map(async ({ url }) => (await (await fetch(`${url}/jobs`, init)).json()).id),
    )
    assert.equal(new Set(ids).size, 1)
    assert.deepEqual([...(await clientOf().tasks.stream(ids[0]).result).logs], linesOf(5))
  })

  it('a job that is gone is not found', async () => {
    await assert.rejects(clientOf().tasks.stream('j-never-was').result, { code: 'not_found', message: /gone/ })
  })
})

// `node --test`: followers over two servers, with processes that die.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, get } from 'node:http'
import { after, before, describe, it } from 'node:test'
import { Redis } from 'ioredis'
import { inference } from '@inferstream/client'
import { jobs } from './backend.js'
import { followers } from './followers.mjs'
import { histories, streamOf } from './history.mjs'
import { hasRedis, missingRedis, startRedis, startServer, startWorker } from './processes.mjs'

const skip = hasRedis() || process.env['REDIS_URL'] ? false : missingRedis

const linesOf = (frames) => Array.from({ length: frames }, (_, frame) => `frame ${frame + 1} of ${frames} drawn`)
const textOf = (frames) => Array.from({ length: frames }, (_, frame) => `${frame} `).join('')

/** Resolves once a run has put out `count` lines. */
const reached = (stream, count) =>
  new Promise((resolve) => {
    const check = () => {
      if (stream.state.logs.length < count) return
      unsubscribe()
      resolve()
    }
    const unsubscribe = stream.subscribe(check)
    check()
  })

describe('jobs of your own', { skip }, () => {
  let redis
  let commands
  let servers = []
  let workers = []
  let count = 0
  const lock = { LOCK_DURATION: '1000' }
  const quick = { retry: { baseDelay: 50, maxDelay: 500, maxAttempts: 100 } }
  /** A client that asks one server, then the other. */
  const clientOf = (options) =>
    inference({ ...quick, ...options, transport: jobs(() => servers[(count += 1) % servers.length].url) })
  const start = (input, client = clientOf()) => client.run({ app: 'render', input }, { stream: true })
  const post = (path, json, { url } = servers[0]) =>
    fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(json),
    })

  before(async () => {
    redis = await startRedis()
    commands = new Redis(redis.url)
    servers = [await startServer(redis.url), await startServer(redis.url)]
    workers = [await startWorker(redis.url, lock)]
  })
  after(async () => {
    commands?.disconnect()
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
    await reached(first, 15)
    const [dying] = servers
    await dying.kill()
    await reached(first, 30)
    await workers[0].kill()
    workers = [await startWorker(redis.url, lock)]
    servers[0] = await startServer(redis.url, { port: dying.port })
    for (const lines of await Promise.all(seen)) assert.deepEqual(lines, linesOf(80))
    for (const stream of streams) {
      const { output, state } = await stream.result
      assert.deepEqual(output, { frames: 80 })
      assert.deepEqual(state.partialOutput, { response: textOf(80) })
      assert.deepEqual([...state.logs], linesOf(80))
    }
  })

  it('a worker that was paused and overtaken writes no line any more', async () => {
    const stream = await start({ frames: 60, msPerFrame: 40 })
    await reached(stream, 10)
    const [paused] = workers
    paused.child.kill('SIGSTOP')
    workers.push(await startWorker(redis.url, lock))
    await reached(stream, 30)
    paused.child.kill('SIGCONT')
    const { logs, output } = await stream.result
    assert.deepEqual([...logs], linesOf(60))
    assert.deepEqual(output, { frames: 60 })
  })

  it('an attempt may write new steps only, none after a later attempt has begun, and none after the end', async () => {
    const history = histories(commands)
    await history.create('attempts', { status: 'queued' })
    const [first, second] = [await history.begin('attempts'), await history.begin('attempts')]
    assert.equal(await first.add(1, { logs: ['of the first'] }), 'overtaken')
    assert.equal(await second.add(1, { logs: ['of the second'] }), 'added')
    assert.equal(await second.add(1, { logs: ['of the second'] }), 'known')
    const third = await history.begin('attempts')
    assert.equal(third.step, 1)
    assert.equal(await second.end({ status: 'failed' }), 'overtaken')
    assert.equal(await third.end({ status: 'completed' }), 'added')
    assert.equal(await third.add(5, { logs: ['late'] }), 'ended')
    assert.deepEqual(await history.read('attempts'), { status: 'completed', logs: ['of the second'] })
  })

  it('a job whose workers die again and again fails', async () => {
    const fragile = { ...lock, MAX_STALLED: '0' }
    await Promise.all(workers.map((worker) => worker.kill()))
    workers = [await startWorker(redis.url, fragile)]
    const stream = await start({ frames: 1_000 })
    await reached(stream, 3)
    await workers[0].kill()
    workers = [await startWorker(redis.url, fragile)]
    await assert.rejects(stream.result, { code: 'task_failed', message: /stalled/ })
  })

  it('a run is cancelled over either server', async () => {
    for (const server of servers) {
      const stream = await start({ frames: 1_000 })
      await reached(stream, 1)
      assert.equal((await post(`/jobs/${stream.taskId}/cancel`, {}, server)).status, 204)
      await assert.rejects(stream.result, { code: 'task_cancelled' })
    }
    assert.equal((await post('/jobs/j-never-was/cancel', {})).status, 404)
  })

  it('a run that no worker has yet is cancelled at once', async () => {
    const busy = await Promise.all(Array.from({ length: 8 }, () => start({ frames: 1_000 })))
    await Promise.all(busy.map((stream) => reached(stream, 1)))
    const last = await start({ frames: 1_000 })
    await last.cancel()
    await assert.rejects(last.result, { code: 'task_cancelled' })
    await Promise.all(busy.map((stream) => stream.cancel()))
    const ends = await Promise.allSettled(busy.map(({ result }) => result))
    assert.deepEqual(new Set(ends.map(({ reason }) => reason.code)), new Set(['task_cancelled']))
  })

  it('a failed job ends as failed, and what it had said stays', async () => {
    const stream = await start({ frames: 10, failAt: 3 })
    await assert.rejects(stream.result, { code: 'task_failed', message: 'Frame 3 could not be drawn.' })
    assert.deepEqual([...stream.state.logs], linesOf(10).slice(0, 3))
  })

  it('a page that is reloaded joins by the id, also after a server was started again and after the end', async () => {
    const stream = await start({ frames: 30 })
    await reached(stream, 5)
    stream.close()
    await servers[1].kill()
    servers[1] = await startServer(redis.url, { port: servers[1].port })
    const only = inference({ ...quick, transport: jobs(() => servers[1].url) })
    for (let times = 0; times < 2; times += 1) {
      const { logs, output } = await only.tasks.stream(stream.taskId).result
      assert.deepEqual([...logs], linesOf(30))
      assert.deepEqual(output, { frames: 30 })
    }
    const { status, logs } = await only.tasks.get(stream.taskId)
    assert.equal(status, 'completed')
    assert.deepEqual([...logs], linesOf(30))
  })

  it('a start that is repeated starts one job', async () => {
    const job = { input: { frames: 5 }, idempotencyKey: 'repeated-1' }
    const answers = await Promise.all([...servers, ...servers].map((server) => post('/jobs', job, server)))
    const ids = await Promise.all(answers.map(async (answer) => (await answer.json()).id))
    assert.equal(new Set(ids).size, 1)
    assert.deepEqual([...(await clientOf().tasks.stream(ids[0]).result).logs], linesOf(5))
    assert.equal((await post('/jobs', job)).status, 202)
    assert.deepEqual([...(await clientOf().tasks.stream(ids[0]).result).logs], linesOf(5))
    assert.equal((await post('/jobs', { input: {} })).status, 422)
  })

  it('a run that is gone, or whose history was trimmed, is not found', async () => {
    await assert.rejects(clientOf().tasks.stream('j-never-was').result, { code: 'not_found', status: 404 })
    const { taskId, result } = await start({ frames: 5, msPerFrame: 0 })
    await result
    const url = `${servers[0].url}/jobs/${taskId}/stream`
    const entries = await commands.xrange(streamOf(taskId), '-', '+')
    const statusAfter = async (id) => {
      const response = await fetch(url, { headers: { 'last-event-id': id } })
      await response.body?.cancel()
      return response.status
    }
    assert.equal(await statusAfter(entries[2][0]), 200)
    assert.equal(await statusAfter(entries.at(-1)[0]), 204)
    assert.equal(await statusAfter('99999999999999-0'), 410)
    assert.equal(await statusAfter('nonsense'), 400)
    await commands.xtrim(streamOf(taskId), 'MAXLEN', 2)
    assert.equal(await statusAfter(entries[2][0]), 410)
    await assert.rejects(clientOf().tasks.stream(taskId).result, { code: 'not_found', status: 410 })
  })

  it('histories expire after the end', async () => {
    const { taskId, result } = await start({ frames: 2, msPerFrame: 0 })
    await result
    const left = await commands.ttl(streamOf(taskId))
    assert.ok(left > 3_000 && left <= 3_600, `${left} s`)
  })

  it('a silent run sends heartbeats, and a run that expires ends its streams', async () => {
    const server = await startServer(redis.url, { HEARTBEAT: '50' })
    await histories(commands).create('j-silent-1', { status: 'queued' })
    const response = await fetch(`${server.url}/jobs/j-silent-1/stream`)
    let text = ''
    for await (const chunk of response.body) {
      text += Buffer.from(chunk).toString()
      if (/(data: \{\}\n\n){3}/.test(text)) await commands.del(streamOf('j-silent-1'))
    }
    assert.match(text, /^id: 0-1\ndata: {"status":"queued"}\n\n(data: {}\n\n)+$/)
    await server.kill()
  })

  describe('a follower that does not read', () => {
    const length = 20_000
    let connection
    let responses
    let web
    before(async () => {
      connection = new Redis(redis.url)
      responses = []
      web = createServer((request, response) => {
        responses.push(response)
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        follow('big', '0-0', response)
      })
      const { follow } = followers(connection, { beat: 100 })
      await once(web.listen(0, '127.0.0.1'), 'listening')
    })
    after(() => {
      web?.closeAllConnections()
      web?.close()
      connection?.disconnect()
    })
    const open = async () => (await once(get(`http://127.0.0.1:${web.address().port}`), 'response'))[0]

    it('is dropped, and holds little memory; one that reads slowly gets everything', async () => {
      const history = histories(commands)
      await history.create('big', { status: 'queued' })
      const [stuck, slow] = [await open(), await open()]
      const dropped = once(responses[0], 'close')
      let most = 0
      const look = () => (most = Math.max(most, ...responses.map(({ writableLength }) => writableLength)))
      const ids = []
      const read = (async () => {
        let rest = ''
        for await (const chunk of slow) {
          const events = (rest + chunk).split('\n\n')
          rest = events.pop()
          for (const event of events) if (event.startsWith('id: ')) ids.push(event.slice(4, event.indexOf('\n')))
          look()
          await new Promise((resolve) => setImmediate(resolve))
        }
      })()
      // 40 MB, as fast as a worker could.
      const attempt = await history.begin('big')
      for (let step = 1; step < length; step += 1_000) {
        const steps = Array.from({ length: Math.min(1_000, length - step) }, (_, index) => step + index)
        await Promise.all(steps.map((one) => attempt.add(one, { logs: ['x'.repeat(2_000)] })))
        look()
      }
      await attempt.end({ status: 'completed', output: 1 })
      await Promise.all([dropped, read])
      stuck.on('error', () => {}).destroy()
      assert.equal(responses[0].writableFinished, false)
      const entries = await commands.xrange(streamOf('big'), '-', '+')
      assert.deepEqual(
        ids,
        entries.map(([id]) => id),
      )
      assert.equal(ids.length, length + 1)
      assert.ok(most < 3 << 20, `${most} bytes`)
    })
  })

  it('start.mjs serves the page, and a run over its proxy ends', async () => {
    const example = await import('./start.mjs')
    const started = await example.start({ port: 0 })
    const { url } = started
    try {
      assert.match(await (await fetch(url)).text(), /page\.jsx/)
      const client = inference({ transport: jobs(() => new URL(url).origin) })
      const stream = await client.run({ app: 'render', input: { frames: 5 } }, { stream: true })
      assert.deepEqual([...(await stream.result).logs], linesOf(5))
    } finally {
      await started.close()
    }
  })
})

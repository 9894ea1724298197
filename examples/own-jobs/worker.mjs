// A BullMQ worker: `node worker.mjs`. Each update is one entry of the run's Redis Stream.
import { Redis } from 'ioredis'
import { UnrecoverableError, Worker } from 'bullmq'
import { cancelChannel, fenceOf, keptFor, queueName, render, streamOf } from './jobs.mjs'

const url = process.env.REDIS_URL ?? 'redis://127.0.0.1:6379'
const redis = new Redis(url)

/**
 * Adds an update, if this attempt is the latest and the run has not ended. The step numbers the updates of a run: one that has been
 * written by an earlier attempt is not written again.
 */
redis.defineCommand('say', {
  numberOfKeys: 2,
  lua: `
    if redis.call('GET', KEYS[2]) ~= ARGV[1] then return redis.error_reply('OVERTAKEN') end
    local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
    if last and last[2][4] == 'end' then return redis.error_reply('ENDED') end
    if last and tonumber(last[2][2]) >= tonumber(ARGV[2]) then return false end
    redis.call('EXPIRE', KEYS[2], ARGV[5])
    local id = redis.call('XADD', KEYS[1], '*', 'step', ARGV[2], 'kind', ARGV[3], 'update', ARGV[4])
    redis.call('EXPIRE', KEYS[1], ARGV[5])
    return id`,
})

/** Aborted when their run is to be cancelled. */
const running = new Map()
const cancels = new Redis(url)
await cancels.subscribe(cancelChannel)
cancels.on('message', (_channel, id) => running.get(id)?.abort())

const worker = new Worker(
  queueName,
  async (job) => {
    const { id, data } = job
    const fence = String(await redis.incr(fenceOf(id)))
    const say = (step, kind, update) =>
      redis.say(streamOf(id), fenceOf(id), fence, step, kind, JSON.stringify(update), keptFor)
    const [last] = await redis.xrevrange(streamOf(id), '+', '-', 'COUNT', 1)
    // 0: queued, 1: running, then one step a frame.
    let step = Math.max(1, Number(last?.[1][1] ?? 0))
    const controller = new AbortController()
    running.set(id, controller)
    if (await redis.exists(`${streamOf(id)}:cancel`)) controller.abort()
    try {
      await say(1, 'update', { status: 'running' })
      for await (const update of render(data, step - 1, controller.signal)) await say((step += 1), 'update', update)
      await say(step + 1, 'end', { status: 'completed', output: { frames: data.frames ?? 60 } })
    } catch (error) {
      if (error.message === 'OVERTAKEN' || error.message === 'ENDED') throw new UnrecoverableError(error.message)
      const end = controller.signal.aborted ? { status: 'cancelled' } : { status: 'failed', error: error.message }
      await say(step + 1, 'end', end)
    } finally {
      running.delete(id)
    }
  },
  {
    connection: new Redis(url, { maxRetriesPerRequest: null }),
    concurrency: Number(process.env.CONCURRENCY ?? 8),
    // A job whose worker has died is given to another one. ms
    lockDuration: Number(process.env.LOCK_DURATION ?? 30_000),
    stalledInterval: Number(process.env.LOCK_DURATION ?? 30_000),
    maxStalledCount: 5,
  },
)
worker.on('error', (error) => console.error(`worker: ${error.message}`))
await worker.waitUntilReady()
console.log('worker: ready')

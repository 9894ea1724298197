// A BullMQ worker: `node worker.mjs`. Each update is one entry of the run's history.
import { Redis } from 'ioredis'
import { UnrecoverableError, Worker } from 'bullmq'
import { histories } from './history.mjs'
import { cancelChannel, queueName, render } from './jobs.mjs'

const url = process.env.REDIS_URL ?? 'redis://127.0.0.1:6379'
// A command that waits until Redis is back, and is repeated, writes once all the same.
const options = { maxRetriesPerRequest: null }
const history = histories(new Redis(url, options))

/** Aborted when their run is to be cancelled. */
const running = new Map()
const cancels = new Redis(url, options)
await cancels.subscribe(cancelChannel)
cancels.on('message', (_channel, id) => running.get(id)?.abort())

/** Another attempt goes on, or the run has ended. */
const isRefused = (answer) => answer === 'overtaken' || answer === 'ended'

async function work({ id, data }) {
  const controller = new AbortController()
  running.set(id, controller)
  const attempt = await history.begin(id)
  // 0: queued, 1: running, then one step a frame.
  let step = Math.max(1, attempt.step)
  try {
    if (await history.isCancelled(id)) controller.abort()
    if (isRefused(await attempt.add(1, { status: 'running' }))) return
    for await (const update of render(data, step - 1, controller.signal))
      if (isRefused(await attempt.add((step += 1), update))) return
    await attempt.end({ status: 'completed', output: { frames: data.frames ?? 60 } })
  } catch (error) {
    const isCancelled = controller.signal.aborted
    await attempt.end(isCancelled ? { status: 'cancelled' } : { status: 'failed', error: error.message })
    if (!isCancelled) throw new UnrecoverableError(error.message)
  } finally {
    if (running.get(id) === controller) running.delete(id)
  }
}

// A job whose worker has died is given to another one. ms
const lockDuration = Number(process.env.LOCK_DURATION ?? 30_000)
const worker = new Worker(queueName, work, {
  connection: new Redis(url, options),
  concurrency: Number(process.env.CONCURRENCY ?? 8),
  lockDuration,
  stalledInterval: lockDuration,
  maxStalledCount: Number(process.env.MAX_STALLED ?? 5),
  // A worker that has died may have been the one that was woken for a job: the others look after this. s
  drainDelay: 1,
})
worker.on('error', (error) => console.error(`worker: ${error.message}`))
// Also a job whose workers have died too often ends.
worker.on('failed', (job, error) => {
  if (!job) return
  const end = async () => (await history.begin(job.id)).end({ status: 'failed', error: error.message })
  end().catch(({ message }) => console.error(`worker: ${message}`))
})
await worker.waitUntilReady()
console.log('worker: ready')

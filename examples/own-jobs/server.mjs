// One of any number of processes: `PORT=3001 node server.mjs`. Which of them a page talks to does not matter.
import express from 'express'
import { Redis } from 'ioredis'
import { Queue } from 'bullmq'
import { followers } from './followers.mjs'
import { histories, keptFor } from './history.mjs'
import { cancelChannel, queueName } from './jobs.mjs'

const url = process.env.REDIS_URL ?? 'redis://127.0.0.1:6379'
const redis = new Redis(url)
const queue = new Queue(queueName, { connection: redis })
const history = histories(redis)
const { follow } = followers(new Redis(url), { beat: Number(process.env.HEARTBEAT ?? 15_000) })
const gone = { detail: 'This job is gone.' }
const app = express()
app.use(express.json({ limit: '1mb' }))

app.post('/jobs', async (request, response) => {
  const { input, idempotencyKey } = request.body ?? {}
  // The same key is the same job: the history begins once, and BullMQ adds an id once.
  const id = `j-${idempotencyKey ?? ''}`
  if (!/^j-[\w-]{8,64}$/.test(id)) return response.status(422).json({ detail: 'idempotencyKey is missing.' })
  await history.create(id, { status: 'queued' })
  const kept = { age: keptFor }
  await queue.add('render', input ?? {}, { jobId: id, removeOnComplete: kept, removeOnFail: kept })
  return response.status(202).json({ id })
})

app.get('/jobs/:id', async ({ params }, response) => {
  const update = await history.read(params.id)
  return response.status(update ? 200 : 404).json(update ?? gone)
})

app.get('/jobs/:id/stream', async (request, response) => {
  const after = request.get('last-event-id') ?? '0-0'
  if (!/^\d+-\d+$/.test(after)) return response.status(400).json({ detail: 'Last-Event-ID is no id of this stream.' })
  const place = await history.placeOf(request.params.id, after)
  if (place === 'gone') return response.status(404).json(gone)
  if (place === 'trimmed') return response.status(410).json({ detail: 'What comes next in this history is gone.' })
  if (place === 'over') return response.status(204).end()
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' }).flushHeaders()
  return follow(request.params.id, after, response)
})

app.post('/jobs/:id/cancel', async ({ params: { id } }, response) => {
  if ((await history.placeOf(id, '0-0')) === 'gone') return response.status(404).json(gone)
  // For a worker that takes the job later, and for the one that is at work on it.
  await history.cancel(id)
  await redis.publish(cancelChannel, id)
  // No worker has it: it ends here. One that takes it in this moment is overtaken.
  if ((await queue.getJobState(id)) !== 'active') await (await history.begin(id)).end({ status: 'cancelled' })
  return response.status(204).end()
})

const server = app.listen(Number(process.env.PORT ?? 3001), '127.0.0.1', () => {
  console.log(`server: http://127.0.0.1:${server.address().port}`)
})

// One of any number of processes: `PORT=3001 node server.mjs`. Which of them a page talks to does not matter.
import express from 'express'
import { Redis } from 'ioredis'
import { Queue } from 'bullmq'
import { followers } from './followers.mjs'
import { cancelChannel, keptFor, queueName, streamOf } from './jobs.mjs'

const url = process.env.REDIS_URL ?? 'redis://127.0.0.1:6379'
const redis = new Redis(url)
const queue = new Queue(queueName, { connection: redis })
const { follow } = followers(new Redis(url))
const app = express()
app.use(express.json({ limit: '1mb' }))

app.post('/jobs', async (request, response) => {
  const { input, idempotencyKey } = request.body
  // The same key is the same job: BullMQ adds an id once, and so does the stream.
  const id = `j-${idempotencyKey}`
  if (!/^j-[\w-]{8,64}$/.test(id)) return response.status(422).json({ detail: 'idempotencyKey is missing.' })
  const queued = JSON.stringify({ status: 'queued' })
  await redis
    .set(`${streamOf(id)}:new`, 1, 'EX', keptFor, 'NX')
    .then((isNew) => isNew && redis.xadd(streamOf(id), '*', 'step', 0, 'kind', 'update', 'update', queued))
  await queue.add('render', input ?? {}, {
    jobId: id,
    removeOnComplete: { age: keptFor },
    removeOnFail: { age: keptFor },
  })
  return response.status(202).json({ id })
})

app.get('/jobs/:id/stream', async (request, response) => {
  const key = streamOf(request.params.id)
  const after = request.get('last-event-id') ?? '0-0'
  if (!/^\d+-\d+$/.test(after)) return response.status(400).json({ detail: 'Last-Event-ID is no id of this stream.' })
  if (!(await redis.exists(key))) return response.status(404).json({ detail: 'This job is gone.' })
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' }).flushHeaders()
  const leave = follow(key, after, (id, update, isEnd) => {
    response.write(`id: ${id}\ndata: ${update}\n\n`)
    if (isEnd) response.end()
    // A page that does not read is left; it comes back, and goes on where it was.
    else if (response.writableLength > 1 << 20) response.destroy()
  })
  // An update that says nothing new: the page knows that the connection lives.
  const beat = setInterval(() => response.write('data: {}\n\n'), 15_000)
  return response.on('close', () => (leave(), clearInterval(beat)))
})

app.post('/jobs/:id/cancel', async (request, response) => {
  const { id } = request.params
  // For a job that no worker has yet, and for those that are at work on it.
  await redis.set(`${streamOf(id)}:cancel`, 1, 'EX', keptFor)
  await redis.publish(cancelChannel, id)
  response.status(204).end()
})

const server = app.listen(Number(process.env.PORT ?? 3001), '127.0.0.1', () => {
  console.log(`server: http://127.0.0.1:${server.address().port}`)
})

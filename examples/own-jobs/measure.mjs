// `node measure.mjs [--followers 1000,5000] [--runs 100]`: streams of one server process, events a second, and memory, on this machine.
import { readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { Agent, request } from 'node:http'
import { Redis } from 'ioredis'
import { streamOf } from './jobs.mjs'
import { startRedis, startServer } from './processes.mjs'

const { values } = parseArgs({
  options: {
    followers: { type: 'string', default: '100,1000,5000' },
    runs: { type: 'string', default: '100' },
    updates: { type: 'string', default: '50' },
  },
})
const runs = Number(values.runs)
const updates = Number(values.updates)
/** MB */
const memoryOf = (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024
const update = (step) =>
  JSON.stringify({ logs: [`frame ${step} drawn, variance 0.0182`], progress: { current: step, total: updates } })

const redis = await startRedis()
const commands = new Redis(redis.url)
console.log(`${cpus().length} × ${cpus()[0].model}, node ${process.version}`)
console.log('followers  runs  events/s  delivered  server idle → followed MB  KB a follower  Redis KB a run')
for (const followers of values.followers.split(',').map(Number)) {
  const server = await startServer(redis.url)
  const idle = memoryOf(server.child.pid)
  const before = redis.pid ? memoryOf(redis.pid) : 0
  const ids = Array.from({ length: runs }, (_, index) => `m-${followers}-${index}`)
  for (const id of ids) await commands.xadd(streamOf(id), '*', 'step', 0, 'kind', 'update', 'update', update(0))
  let received = 0
  const agent = new Agent({ keepAlive: true, maxSockets: Infinity })
  const ended = Array.from(
    { length: followers },
    (_, index) =>
      new Promise((resolve, reject) => {
        const path = `/jobs/${ids[index % runs]}/stream`
        const get = request({ agent, host: '127.0.0.1', port: server.port, path }, (response) => {
          response.on('data', (chunk) => {
            for (let at = chunk.indexOf('id: '); at >= 0; at = chunk.indexOf('id: ', at + 1)) received += 1
          })
          response.on('end', resolve)
        })
        get.on('error', reject)
        get.end()
      }),
  )
  const isFollowed = () => received >= followers
  while (!isFollowed()) await new Promise((resolve) => setTimeout(resolve, 20))
  const followed = memoryOf(server.child.pid)
  const begin = performance.now()
  for (let step = 1; step <= updates; step += 1) {
    const isEnd = step === updates
    const text = isEnd ? JSON.stringify({ status: 'completed', output: 1 }) : update(step)
    const pipeline = commands.pipeline()
    for (const id of ids)
      pipeline.xadd(streamOf(id), '*', 'step', step, 'kind', isEnd ? 'end' : 'update', 'update', text)
    await pipeline.exec()
  }
  await Promise.all(ended)
  const seconds = (performance.now() - begin) / 1000
  const all = followers * (updates + 1)
  const perRun = redis.pid ? ((memoryOf(redis.pid) - before) * 1024) / runs : Number.NaN
  console.log(
    [
      String(followers).padStart(9),
      String(runs).padStart(5),
      String(Math.round((followers * updates) / seconds)).padStart(9),
      `${((100 * received) / all).toFixed(1)} %`.padStart(10),
      `${idle.toFixed(0)} → ${followed.toFixed(0)}`.padStart(26),
      (((followed - idle) * 1024) / followers).toFixed(1).padStart(14),
      perRun.toFixed(1).padStart(15),
    ].join(' '),
  )
  agent.destroy()
  await server.kill()
}
commands.disconnect()
await redis.stop()

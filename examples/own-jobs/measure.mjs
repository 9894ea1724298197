// `node measure.mjs [--followers 1000,5000] [--runs 100,1000]`: streams of one server process, events a second, and memory, on this machine.
import { readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { Agent, request } from 'node:http'
import { Redis } from 'ioredis'
import { histories } from './history.mjs'
import { startRedis, startServer } from './processes.mjs'

const { values } = parseArgs({
  options: {
    followers: { type: 'string', default: '100,1000,5000' },
    runs: { type: 'string', default: '100,1000' },
    updates: { type: 'string', default: '50' },
  },
})
const numbers = (text) => text.split(',').map(Number)
const updates = Number(values.updates)
/** MB */
const memoryOf = (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024
/** ms of both, by a process */
const cpuOf = (pid) => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10
}
const update = (step) => ({
  logs: [`frame ${step} drawn, variance 0.0182`],
  progress: { current: step, total: updates },
})

const redis = await startRedis()
const commands = new Redis(redis.url)
const history = histories(commands)
const redisMemory = async () => Number(/used_memory:(\d+)/.exec(await commands.info('memory'))[1]) / 1024

console.log(`${cpus().length} × ${cpus()[0].model}, node ${process.version}, ${updates} updates a run`)
const heads = ['followers', 'runs', 'events/s', 'delivered', 'server MB', 'KB a follower', 'Redis KB a run', 'CPU s']
console.log(heads.map((head) => head.padStart(14)).join(''))
for (const runs of numbers(values.runs)) {
  for (const followers of numbers(values.followers)) if (followers >= runs) await measure(runs, followers)
}
commands.disconnect()
await redis.stop()

async function measure(runs, followers) {
  const server = await startServer(redis.url)
  const { pid } = server.child
  const idle = memoryOf(pid)
  const before = await redisMemory()
  const ids = Array.from({ length: runs }, (_, index) => `m-${runs}-${followers}-${index}`)
  await Promise.all(ids.map((id) => history.create(id, update(0))))
  const attempts = await Promise.all(ids.map((id) => history.begin(id)))
  let received = 0
  const agent = new Agent({ keepAlive: true, maxSockets: Infinity })
  let isFollowed
  const followed = new Promise((resolve) => (isFollowed = resolve))
  const follow = (index) =>
    new Promise((resolve, reject) => {
      const path = `/jobs/${ids[index % runs]}/stream`
      const get = request({ agent, host: '127.0.0.1', port: server.port, path }, (response) => {
        response.on('data', (chunk) => {
          for (let at = chunk.indexOf('id: '); at >= 0; at = chunk.indexOf('id: ', at + 1)) received += 1
          if (received >= followers) isFollowed()
        })
        response.once('end', resolve)
      })
      get.once('error', reject)
      get.end()
    })
  const ended = Promise.all(Array.from({ length: followers }, (_, index) => follow(index)))
  await Promise.race([followed, ended])
  const waiting = memoryOf(pid)
  const [begin, cpu] = [performance.now(), cpuOf(pid)]
  for (let step = 1; step < updates; step += 1) await Promise.all(attempts.map(({ add }) => add(step, update(step))))
  await Promise.all(attempts.map(({ end }) => end({ status: 'completed', output: 1 })))
  await ended
  const seconds = (performance.now() - begin) / 1000
  const row = [
    followers,
    runs,
    Math.round((followers * updates) / seconds),
    `${((100 * received) / (followers * (updates + 1))).toFixed(1)} %`,
    `${idle.toFixed(0)} → ${waiting.toFixed(0)} → ${memoryOf(pid).toFixed(0)}`,
    (((waiting - idle) * 1024) / followers).toFixed(1),
    (((await redisMemory()) - before) / runs).toFixed(1),
    ((cpuOf(pid) - cpu) / 1000).toFixed(1),
  ]
  console.log(row.map((cell) => String(cell).padStart(14)).join(''))
  agent.destroy()
  await server.kill()
}

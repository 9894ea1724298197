// Redis, servers and workers as processes of this machine.
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('.', import.meta.url))

export const hasRedis = () => spawnSync('redis-server', ['--version']).status === 0
export const missingRedis =
  'This example needs redis-server: `apt install redis-server` or `brew install redis`, or REDIS_URL of one that runs.'

export async function freePort() {
  const probe = createServer()
  const port = await new Promise((resolve) => probe.listen(0, '127.0.0.1', () => resolve(probe.address().port)))
  await new Promise((resolve) => probe.close(resolve))
  return port
}

/** Resolves once it prints that it is ready. It ends with this process, however that ends. */
async function launch(command, args, env, ready) {
  const child = spawn(command, args, {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise((resolve) => {
    child.once('exit', resolve)
    child.once('error', resolve)
  })
  const endGuard = child.pid === undefined ? () => {} : guard(child.pid)
  ended.then(endGuard)
  const lines = createInterface(child.stdout)
  await new Promise((resolve, reject) => {
    lines.on('line', (line) => ready.test(line) && resolve())
    ended.then(() => reject(new Error(`${command} ${args.join(' ')} has ended.`)))
  })
  return {
    child,
    /** SIGKILL, for one that dies. */
    kill(signal = 'SIGKILL') {
      child.kill(signal)
      return ended
    },
  }
}

/** Kills a process if this one ends without having done so: then its end of the pipe closes without a line. */
function guard(pid) {
  const script = 'read line || kill -9 "$0"'
  const shell = spawn('sh', ['-c', script, String(pid)], { stdio: ['pipe', 'ignore', 'ignore'], detached: true })
  shell.once('error', () => {})
  shell.stdin.once('error', () => {})
  shell.unref()
  shell.stdin.unref()
  return () => shell.stdin.end('over\n')
}

/** A Redis of its own, in memory; or REDIS_URL. */
export async function startRedis() {
  const given = process.env['REDIS_URL']
  if (given) return { url: given, stop: async () => {} }
  if (!hasRedis()) throw new Error(missingRedis)
  const port = await freePort()
  const data = mkdtempSync(join(tmpdir(), 'own-jobs-'))
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', data]
  const redis = await launch('redis-server', args, {}, /Ready to accept connections/)
  return {
    url: `redis://127.0.0.1:${port}`,
    pid: redis.child.pid,
    async stop() {
      await redis.kill('SIGTERM')
      rmSync(data, { recursive: true, force: true })
    },
  }
}

export async function startServer(redisUrl, { port, ...env } = {}) {
  const chosen = port ?? (await freePort())
  const all = { REDIS_URL: redisUrl, PORT: String(chosen), ...env }
  const server = await launch(process.execPath, ['server.mjs'], all, /^server: /)
  return { ...server, port: chosen, url: `http://127.0.0.1:${chosen}` }
}

export const startWorker = (redisUrl, env = {}) =>
  launch(process.execPath, ['worker.mjs'], { REDIS_URL: redisUrl, ...env }, /^worker: ready/)

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { createModel } from './agents/create-model.ts'
import { ChatStore } from './agents/chat-store.ts'
import { Turns } from './agents/turns.ts'
import { Chaos, parseChaos } from './chaos.ts'
import { createClock } from './clock.ts'
import { FileStore } from './files.ts'
import type { EngineLimits } from './limits.ts'
import { defaultLimits } from './limits.ts'
import { createServerApp } from './server/app.ts'
import { startNestedTask } from './server/nested-task.ts'
import { invalidRequest, problemResponse } from './server/problems.ts'
import { Queue } from './tasks/queue.ts'
import { createTaskRunner } from './tasks/run-task.ts'
import { Sessions } from './tasks/sessions.ts'
import { TaskStore } from './tasks/task-store.ts'
import { WorkerThread } from './worker/worker-thread.ts'

export interface EngineOptions {
  /** @defaultValue 0, any free port */
  port?: number | undefined
  /** Address to listen on. Any address but a loopback one makes the engine reachable for others. @defaultValue '127.0.0.1' */
  host?: string | undefined
  /** Worker threads, that is tasks that run at the same time. @defaultValue 2 */
  workers?: number | undefined
  /** Divides waits, such as those between statuses; computing is not affected. @defaultValue 1 */
  speed?: number | undefined
  /** Milliseconds between heartbeats of a stream. @defaultValue 10_000 */
  heartbeatMs?: number | undefined
  /** Answer 401 to calls without a key. Any key is accepted. @defaultValue false */
  requireKey?: boolean | undefined
  /** Faults to inject, such as `drop=0.1 delay=200`; see the README. */
  chaos?: string | undefined
}

export interface Engine {
  /** The client's `baseUrl`, without a slash at the end. */
  readonly url: string
  readonly port: number
  /** Ends every stream, worker and timer, and removes the files. Can be called repeatedly. */
  close(): Promise<void>
}

/**
 * Milliseconds that an idle connection stays open: longer than proxies keep theirs (60 s is common), so that none of them sends a
 * request on a connection that is just being closed.
 */
const keepAliveMs = 75_000

/** Set only by tests. */
export interface EngineInternals {
  limits?: EngineLimits
  workerScript?: URL
}

/**
 * Starts an engine and resolves once it listens. Engines are independent: several may run in one process.
 * Rejects if the port is taken, and throws a RangeError for an invalid option.
 */
export async function startEngine(options: EngineOptions = {}, internals: EngineInternals = {}): Promise<Engine> {
  const { port = 0, workers = 2, speed = 1, heartbeatMs = 10_000, requireKey = false } = options
  // An empty variable of the environment must not open the engine to the network.
  const host = options.host || '127.0.0.1'
  const rules = options.chaos === undefined ? {} : parseChaos(options.chaos)
  check(Number.isInteger(workers) && workers >= 1 && workers <= 64, 'workers must be a whole number from 1 to 64')
  check(speed > 0, 'speed must be greater than 0')
  check(heartbeatMs > 0, 'heartbeatMs must be greater than 0')

  const { limits = defaultLimits, workerScript = new URL('./worker/worker.js', import.meta.url) } = internals
  const files = await FileStore.create(limits.allFileBytes)
  const threads = Array.from(
    { length: workers },
    () => new WorkerThread(workerScript, { filesFolder: files.folder, speed }),
  )
  const sessions = new Sessions()
  const tasks = new TaskStore(limits)
  const queue = new Queue(threads, createTaskRunner({ files, sessions, speed, limits: limits.job }), ({ session }) => {
    if (session) sessions.end(session)
  })
  const chaos = new Chaos(rules)
  tasks.onDrop = (task) => chaos.forget(task.id)
  let bound = port
  let comeBack: NodeJS.Timeout | undefined
  const restart = (milliseconds: number) => {
    clearTimeout(comeBack)
    // The answer to the request that asked for the restart is sent first.
    comeBack = setTimeout(() => {
      server.close()
      server.closeAllConnections()
      comeBack = setTimeout(() => void server.listen(bound, host), milliseconds)
    }, 50)
  }
  /** Another process may have taken the port meanwhile: retried until it is free. */
  const listenAgain = () => {
    comeBack = setTimeout(() => void server.listen(bound, host), 200)
  }
  const clock = createClock()
  const chats = new ChatStore(limits.chat)
  const turns = new Turns({
    model: createModel({ speed, env: process.env }),
    files,
    limits: limits.chat,
    startTask: (run) => startNestedTask({ tasks, queue, clock, limits }, run),
    cancelTask: (task) => {
      if (!task.ended) queue.cancel(task)
    },
  })
  const services = { tasks, queue, files, sessions, chats, turns, clock, limits, heartbeatMs, chaos, restart }
  const answer = createServerApp(services, { host, requireKey })

  const listener = getRequestListener(answer, {
    // Node's Request and Response are not replaced: the engine must not change the globals of its process.
    overrideGlobalObjects: false,
    errorHandler: () => problemResponse(invalidRequest('The request line or the Host header is malformed.')),
  })
  const server = createServer(
    { keepAliveTimeout: keepAliveMs },
    (incoming, outgoing) => void listener(incoming, outgoing),
  )
  const close = async () => {
    clearTimeout(comeBack)
    turns.close()
    queue.close()
    server.closeAllConnections()
    await Promise.all([
      new Promise<void>((resolve) => void server.close(() => resolve())),
      ...threads.map((thread) => thread.terminate()),
    ])
    await files.close()
  }

  try {
    bound = await listen(server, port, host)
    server.on('error', listenAgain)
    const name = host.includes(':') ? `[${host}]` : host === '0.0.0.0' ? '127.0.0.1' : host
    return { url: `http://${name}:${bound}`, port: bound, close: once(close) }
  } catch (error) {
    await close()
    throw error
  }
}

function listen(server: ReturnType<typeof createServer>, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a server that listens on a port has one
      resolve((server.address() as AddressInfo).port)
    })
  })
}

function once(action: () => Promise<void>): () => Promise<void> {
  let result: Promise<void> | undefined
  return () => (result ??= action())
}

function check(holds: boolean, message: string): void {
  if (!holds) throw new RangeError(`createEngine: ${message}.`)
}

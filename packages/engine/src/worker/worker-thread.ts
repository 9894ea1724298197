import { Worker } from 'node:worker_threads'
import type { Job, WorkerMessage, WorkerSettings } from './protocol.ts'
import { backlogCell, cancelCell } from './protocol.ts'

export type JobOutcome =
  | { type: 'completed'; output: unknown }
  | { type: 'failed'; error: string }
  | { type: 'stopped' }
export type JobMessage = Exclude<WorkerMessage, { type: 'completed' | 'failed' }>

export interface JobLimits {
  /** Longest run, in milliseconds. */
  runMs: number
  /** How long a cancelled app may take to stop by itself before its thread is terminated, in milliseconds. */
  stopMs: number
  /** How long an idle thread is kept, in milliseconds. */
  idleMs: number
}

/** One worker: a thread that is started when first needed and restarted after a crash. */
export class WorkerThread {
  readonly #script: URL
  readonly #settings: WorkerSettings
  readonly #heapMegabytes: number
  #thread: Worker | null = null
  #idle: NodeJS.Timeout | undefined
  #generation = 0

  /** Heap limit of an app (old generation, MiB); an app that exceeds it fails. */
  constructor(script: URL, settings: WorkerSettings, heapMegabytes = 768) {
    this.#script = script
    this.#settings = settings
    this.#heapMegabytes = heapMegabytes
  }

  /** Identity of the current thread, so that a session can detect a restart; null without a thread. */
  get generation(): number | null {
    return this.#thread ? this.#generation : null
  }

  /** Starts the thread, if it is not running. */
  start(): Worker {
    clearTimeout(this.#idle)
    if (this.#thread) return this.#thread
    const thread = new Worker(this.#script, {
      workerData: this.#settings,
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: this.#heapMegabytes },
    })
    thread.unref()
    thread.on('error', () => {}) // handled by the job below; without a job there is nothing to report to
    thread.on('exit', () => {
      if (this.#thread === thread) this.#thread = null
    })
    this.#thread = thread
    this.#generation++
    return thread
  }

  /** Runs a job to its end. Never rejects: a crash, the time limit and a stop are outcomes. */
  run(
    job: Omit<Job, 'shared'>,
    { signal, limits, onMessage }: { signal: AbortSignal; limits: JobLimits; onMessage: (message: JobMessage) => void },
  ): Promise<JobOutcome> {
    const thread = this.start()
    const shared = new SharedArrayBuffer(8)
    const cells = new Int32Array(shared)
    return new Promise((resolve) => {
      let crash = 'The worker ended before the app did.'
      let grace: NodeJS.Timeout | undefined
      const stop = () => {
        Atomics.store(cells, cancelCell, 1)
        grace = setTimeout(() => settle({ type: 'stopped' }, true), limits.stopMs)
      }
      const overtime = setTimeout(() => {
        const error = `The app ran longer than the limit of ${Math.round(limits.runMs / 1_000)} s and was stopped.`
        settle({ type: 'failed', error }, true)
      }, limits.runMs)
      const hear = (message: WorkerMessage) => {
        if (message.type === 'completed' || message.type === 'failed') {
          settle(signal.aborted ? { type: 'stopped' } : message)
          return
        }
        Atomics.sub(cells, backlogCell, 1)
        onMessage(message)
      }
      const fail = (error: Error) => (crash = `The worker crashed: ${error.message}`)
      const leave = (code: number) =>
        settle(signal.aborted ? { type: 'stopped' } : { type: 'failed', error: `${crash} (exit code ${code})` })

      const settle = (outcome: JobOutcome, endThread = false) => {
        clearTimeout(grace)
        clearTimeout(overtime)
        signal.removeEventListener('abort', stop)
        thread.off('message', hear).off('error', fail).off('exit', leave)
        if (endThread) void this.terminate()
        resolve(outcome)
      }
      thread.on('message', hear).on('error', fail).on('exit', leave)
      signal.addEventListener('abort', stop)
      if (signal.aborted) stop()
      const message: Job = { ...job, shared }
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
      thread.postMessage(message)
    })
  }

  /** Terminates the thread after so many idle milliseconds, unless `isWanted`, to free its memory. */
  rest(milliseconds: number, isWanted: () => boolean): void {
    clearTimeout(this.#idle)
    const end = () => (isWanted() ? this.rest(milliseconds, isWanted) : void this.terminate())
    this.#idle = setTimeout(end, milliseconds).unref()
  }

  async terminate(): Promise<void> {
    clearTimeout(this.#idle)
    const thread = this.#thread
    this.#thread = null
    await thread?.terminate()
  }
}

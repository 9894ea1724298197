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
  /** How long a cancelled app may take to stop by itself before its thread is ended, in milliseconds. */
  stopMs: number
  /** How long a thread without work is kept, in milliseconds. */
  idleMs: number
}

/** A worker's place: one thread, made when first needed and made again after a crash. */
export class WorkerThread {
  readonly #script: URL
  readonly #settings: WorkerSettings
  readonly #heapMegabytes: number
  #thread: Worker | null = null
  #idle: NodeJS.Timeout | undefined
  #generation = 0

  /** An app that wants more heap (old generation, MiB) fails instead of taking the machine. */
  constructor(script: URL, settings: WorkerSettings, heapMegabytes = 768) {
    this.#script = script
    this.#settings = settings
    this.#heapMegabytes = heapMegabytes
  }

  /** Names the thread that is there now, so that whoever kept it warm can tell that it is gone; null for none. */
  get generation(): number | null {
    return this.#thread ? this.#generation : null
  }

  /** Starts the thread, if it is not there yet. */
  start(): Worker {
    clearTimeout(this.#idle)
    if (this.#thread) return this.#thread
    const thread = new Worker(this.#script, {
      workerData: this.#settings,
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: this.#heapMegabytes },
    })
    thread.unref()
    thread.on('error', () => {}) // told to the job below; a thread without a job has nobody to tell
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

  /** Ends the thread after so many milliseconds without work, unless it `isWanted` then: what it holds is memory. */
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

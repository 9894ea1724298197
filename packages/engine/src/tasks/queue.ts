import type { AppInfo } from '../apps/app.ts'
import type { WorkerThread } from '../worker/worker-thread.ts'
import type { Session } from './sessions.ts'
import type { Task } from './task.ts'

export interface QueuedRun {
  task: Task
  app: AppInfo
  session: Session | null
  /** Earliest start, epoch ms. @defaultValue now */
  startAt?: number
}

/** The longest delay of a timer, in milliseconds; a longer wait is split. */
const longestWait = 3_600_000

/** Runs one task on a worker to its end; never rejects. */
export type RunTask = (run: QueuedRun, worker: WorkerThread, place: number) => Promise<void>

/** A FIFO queue for a fixed number of workers; a session's runs wait for the worker that it keeps warm. */
export class Queue {
  readonly #workers: readonly WorkerThread[]
  readonly #run: RunTask
  readonly #onDropped: (run: QueuedRun) => void
  readonly #busy = new Set<number>()
  readonly #active = new Set<Task>()
  #waiting: QueuedRun[] = []
  #alarm: NodeJS.Timeout | undefined

  /** `onDropped` is called for a run that was cancelled before a worker took it. */
  constructor(workers: readonly WorkerThread[], run: RunTask, onDropped: (run: QueuedRun) => void) {
    this.#workers = workers
    this.#run = run
    this.#onDropped = onDropped
  }

  get length(): number {
    return this.#waiting.length
  }

  add(run: QueuedRun): void {
    run.task.advance('queued')
    this.#waiting.push(run)
    this.#next()
  }

  /** Removes a waiting task from the queue, or stops its worker. */
  cancel(task: Task): void {
    task.advance('cancelling')
    const waiting = this.#waiting.find((run) => run.task === task)
    if (waiting) {
      this.#onDropped(waiting)
      this.#waiting = this.#waiting.filter((run) => run.task !== task)
      task.cancelled()
      this.#number()
    }
    task.cancellation.abort()
  }

  #next(): void {
    for (let place = 0; place < this.#workers.length; place++) {
      if (this.#busy.has(place)) continue
      const run = this.#waiting.find(
        ({ session, startAt = 0 }) => startAt <= Date.now() && (!session?.worker || session.worker.place === place),
      )
      if (!run) continue
      this.#waiting = this.#waiting.filter((other) => other !== run)
      void this.#start(run, place)
    }
    this.#number()
    this.#wakeForLater()
  }

  /** Sets a timer for the next scheduled run. */
  #wakeForLater(): void {
    clearTimeout(this.#alarm)
    const next = Math.min(...this.#waiting.map(({ startAt = 0 }) => startAt).filter((at) => at > Date.now()))
    if (next === Infinity) return
    this.#alarm = setTimeout(() => this.#next(), Math.min(next - Date.now(), longestWait)).unref()
  }

  async #start(run: QueuedRun, place: number): Promise<void> {
    const worker = this.#workers[place]
    if (!worker) return
    this.#busy.add(place)
    this.#active.add(run.task)
    await this.#run(run, worker, place)
    this.#active.delete(run.task)
    this.#busy.delete(place)
    this.#next()
  }

  #number(): void {
    for (const [index, { task }] of this.#waiting.entries()) task.moveInQueue(index + 1)
  }

  /** Ends everything: waiting tasks are dropped, running ones stopped. */
  close(): void {
    clearTimeout(this.#alarm)
    this.#waiting = []
    for (const task of this.#active) task.cancellation.abort()
  }
}

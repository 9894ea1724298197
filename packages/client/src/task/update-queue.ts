import type { TaskUpdate } from '../core/types.ts'

/** Further updates are merged into the last waiting one. */
const maxWaiting = 1_024

interface Waiter {
  /** Resolves with updates from the buffer. */
  resolve(): void
  end(error: unknown): void
}

/** The updates that one reader of a stream has not read yet. Bounded, however slow the reader is. */
export class UpdateQueue<TOutput> {
  #buffer: (TaskUpdate<TOutput> | undefined)[] = []
  #head = 0
  #waiters: Waiter[] = []
  #isDone = false
  #error: unknown = null
  /** The `logs` of the last update if it is a merged one: an array of this queue, which may be extended in place. */
  #merged: string[] | null = null
  #onDrained: (() => void) | null = null
  readonly #maxLines: number

  constructor(maxLines: number) {
    this.#maxLines = maxLines
  }

  get waiting(): number {
    return this.#buffer.length - this.#head
  }

  /** Calls back once, when the reader has read everything and waits for more, or at the end. */
  onDrained(callback: () => void): void {
    this.#onDrained = callback
  }

  push(updates: readonly TaskUpdate<TOutput>[]): void {
    if (this.#isDone) return
    if (this.#head > 0 && this.#head === this.#buffer.length) this.#reset()
    if (this.#buffer.length === 0 && updates.length <= maxWaiting) {
      this.#buffer = updates.slice()
    } else {
      for (const update of updates) {
        if (this.waiting < maxWaiting) {
          this.#buffer.push(update)
          this.#merged = null
        } else {
          this.#merge(update)
        }
      }
    }
    while (this.#waiters.length > 0 && this.waiting > 0) this.#waiters.shift()!.resolve()
  }

  /** Ends the queue, with an error or without. Waiting updates can still be read, unless `atOnce`. */
  end(error: unknown = null, atOnce = false): void {
    if (this.#isDone) return
    this.#isDone = true
    this.#error = error
    if (atOnce) this.#reset()
    this.#onDrained?.()
    for (const waiter of this.#waiters.splice(0)) waiter.end(this.#takeError())
  }

  /** The next update. */
  next(): Promise<IteratorResult<TaskUpdate<TOutput>>> {
    return this.waiting > 0 ? Promise.resolve({ done: false, value: this.#shift() }) : this.#wait(() => this.#shift())
  }

  /** All waiting updates, or the next ones. */
  nextBatch(): Promise<IteratorResult<TaskUpdate<TOutput>[]>> {
    return this.waiting > 0
      ? Promise.resolve({ done: false, value: this.#takeAll() })
      : this.#wait(() => this.#takeAll())
  }

  #wait<T>(take: () => T): Promise<IteratorResult<T>> {
    if (this.#isDone) {
      const error = this.#takeError()
      return error === null ? Promise.resolve({ done: true, value: undefined }) : Promise.reject(error)
    }
    this.#onDrained?.()
    this.#onDrained = null
    return new Promise((resolve, reject) => {
      this.#waiters.push({
        resolve: () => resolve({ done: false, value: take() }),
        end: (error) => (error === null ? resolve({ done: true, value: undefined }) : reject(error)),
      })
    })
  }

  #shift(): TaskUpdate<TOutput> {
    const update = this.#buffer[this.#head]!
    // Read updates are released, or a slow reader of a long batch would keep all of it in memory.
    this.#buffer[this.#head++] = undefined
    return update
  }

  #takeAll(): TaskUpdate<TOutput>[] {
    const all = this.#buffer.slice(this.#head).filter((update) => update !== undefined)
    this.#reset()
    return all
  }

  /** As with any iterator, the error is thrown once; after that the iterator is done. */
  #takeError(): unknown {
    const error = this.#error
    this.#error = null
    return error
  }

  #reset(): void {
    this.#buffer = []
    this.#head = 0
    this.#merged = null
  }

  /** The later fields win and the lines are joined, no more of them than the log itself keeps. */
  #merge(update: TaskUpdate<TOutput>): void {
    const at = this.#buffer.length - 1
    const last = this.#buffer[at]!
    // The first merge copies, because other readers share the update.
    const lines = this.#merged ?? [...last.logs]
    for (const line of update.logs) lines.push(line)
    if (lines.length > this.#maxLines * 1.25) lines.splice(0, lines.length - this.#maxLines)
    this.#buffer[at] = { ...last, ...update, logs: lines }
    this.#merged = lines
  }
}

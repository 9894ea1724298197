import type { Task } from './task.ts'

export interface StoreLimits {
  endedTasks: number
  endedTaskMs: number
  keptCharacters: number
}

/** Every task that can still be read, in order of creation. Active tasks are never dropped. */
export class TaskStore {
  readonly #tasks = new Map<string, Task>()
  readonly #limits: StoreLimits
  readonly #now: () => number
  /** Called with each task that is dropped. */
  onDrop: (task: Task) => void = () => {}

  constructor(limits: StoreLimits, now: () => number = Date.now) {
    this.#limits = limits
    this.#now = now
  }

  get(id: string): Task | undefined {
    return this.#tasks.get(id)
  }

  add(task: Task): void {
    this.#tasks.set(task.id, task)
    this.expire()
  }

  delete(task: Task): void {
    this.#tasks.delete(task.id)
    this.onDrop(task)
  }

  /** Newest first. */
  list(): Task[] {
    return [...this.#tasks.values()].toReversed()
  }

  /** Drops ended tasks that are too old, too many, or together hold too much text. */
  expire(): void {
    const ended = [...this.#tasks.values()].filter((task) => task.ended)
    let count = ended.length
    let characters = 0
    for (const task of this.#tasks.values()) characters += sizeOf(task)
    for (const task of ended) {
      const age = this.#now() - Date.parse(task.state.updatedAt)
      const fits = count <= this.#limits.endedTasks && characters <= this.#limits.keptCharacters
      if (fits && age <= this.#limits.endedTaskMs) continue
      this.delete(task)
      count--
      characters -= sizeOf(task)
    }
  }
}

/** Approximate size of a task: an output is rarely larger than input and log. */
function sizeOf(task: Task): number {
  let characters = task.request.inputCharacters * 2
  for (const log of task.logs.values()) characters += log.keptCharacters
  return characters
}

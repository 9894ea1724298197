import type { TaskLimits } from './tasks/task.ts'
import type { JobLimits } from './worker/worker-thread.ts'

const mebibyte = 1024 * 1024

/** What keeps an engine that runs for days within bounds. */
export interface EngineLimits {
  task: TaskLimits
  job: JobLimits
  /** Tasks waiting for a worker; more are refused with 429. */
  queuedTasks: number
  /** Ended tasks kept, the oldest go first; and for how long, in milliseconds. */
  endedTasks: number
  endedTaskMs: number
  /** Characters of logs, inputs and outputs kept over all tasks. */
  keptCharacters: number
  /** Bytes of one request body, of one uploaded file, and of all files together. */
  bodyBytes: number
  fileBytes: number
  allFileBytes: number
}

export const defaultLimits: EngineLimits = {
  task: { log: { recordBytes: 256 * 1024, keptCharacters: 64 * mebibyte }, frames: 2_048 },
  job: { runMs: 600_000, stopMs: 500, idleMs: 30_000 },
  queuedTasks: 1_000,
  endedTasks: 500,
  endedTaskMs: 3_600_000,
  keptCharacters: 128 * mebibyte,
  bodyBytes: 4 * mebibyte,
  fileBytes: 64 * mebibyte,
  allFileBytes: 512 * mebibyte,
}

import { isTerminal } from '../wire/status.ts'
import type { TaskUpdate } from '../core/types.ts'

/** Collects the lines and the duration of one run. `process` returns true for the terminal update. */
export class StreamProcessor {
  logs: string[] = []
  /** epoch ms of the first update */
  startTime?: number
  /** epoch ms of the terminal update */
  endTime?: number

  process(update: TaskUpdate): boolean {
    this.startTime ??= Date.now()
    for (const line of update.logs ?? []) this.logs.push(line)
    if (!isTerminal(update.status)) return false
    this.endTime ??= Date.now()
    return true
  }

  /** ms, null until the terminal update */
  get duration(): number | null {
    return this.startTime === undefined || this.endTime === undefined ? null : this.endTime - this.startTime
  }
}

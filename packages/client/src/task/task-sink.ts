import type { InferstreamError } from '../core/errors.ts'
import type { BackendResume } from '../core/types.ts'
import type { Platform } from '../core/platform.ts'
import type { TaskModel } from './task-model.ts'
import type { TaskAction } from './task-reducer.ts'

/** The interface through which a transport reports what happens to a run. */
export interface TaskSink {
  readonly taskId: string
  readonly platform: Platform
  /** The current model. */
  readonly model: TaskModel
  dispatch(action: TaskAction): void
  /** Stops following the run, with an error. */
  fail(error: InferstreamError): void
  warn(warning: InferstreamError): void
  /** Set if the caller listens to wire records. */
  readonly onEvent: ((record: unknown) => void) | undefined
  /** Resolves once slow readers have caught up, or after a short wait. Null if there is nothing to wait for. */
  pressure(): Promise<void> | null
  /** Takes the function that ends the wait before the next attempt to connect. */
  onRetryNow(retryNow: () => void): void
}

/** The part of a transport that follows and cancels a run. */
export interface TaskSource {
  /** Reports what happens to the run to `sink`, until the returned function is called. */
  connect(sink: TaskSink): () => void
  /** Resolves once the backend has accepted the cancellation. */
  cancel(taskId: string, signal?: AbortSignal): Promise<void>
  /** Whether a terminal status may come without its output, to be asked for. */
  readonly confirmsEnd: boolean
  /** How it continues a run whose connection was lost. */
  readonly resume: BackendResume
}

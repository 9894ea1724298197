import type { InferstreamError } from '../core/errors.ts'
import type { Platform } from '../core/platform.ts'
import type { TaskModel } from './task-model.ts'
import type { TaskAction } from './task-reducer.ts'

/** A run as its transport sees it: where to report what happened. */
export interface TaskSink {
  readonly taskId: string
  readonly platform: Platform
  /** The latest state. */
  readonly model: TaskModel
  dispatch(event: TaskAction): void
  /** Ends the run's following with an error. */
  fail(error: InferstreamError): void
  warn(warning: InferstreamError): void
  /** Set where somebody listens to wire records. */
  readonly onEvent: ((record: unknown) => void) | undefined
  /** Resolves soon: when readers have caught up, or have shown that they are slow. Null when there is nothing to wait for. */
  pressure(): Promise<void> | null
}

/** What a run is followed through. */
export interface TaskSource {
  /** Reports what happens to `sink` until the returned function is called. */
  connect(sink: TaskSink): () => void
  /** Resolves once the backend has accepted the cancellation. */
  cancel(taskId: string, signal?: AbortSignal): Promise<void>
  /** Whether a terminal status may come without its output, to be asked for. */
  readonly confirmsEnd: boolean
}

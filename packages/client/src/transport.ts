import type { InferstreamError } from './errors.ts'
import type { TaskEvent, TaskMachine } from './task-reducer.ts'
import type {
  AppDetails,
  AppSummary,
  FileRef,
  LogEntry,
  RunConfig,
  TaskList,
  Transport,
  UploadOptions,
} from './types.ts'

/** A run as its transport sees it: where to tell what happened. */
export interface TaskHandle {
  readonly taskId: string
  /** The latest state. */
  readonly machine: TaskMachine
  dispatch(event: TaskEvent): void
  /** Ends the run's following with an error. */
  fail(error: InferstreamError): void
  warn(warning: InferstreamError): void
  /** Set where somebody listens to wire records. */
  readonly onEvent: ((record: unknown) => void) | undefined
  /** Resolves soon: when readers have caught up, or have shown that they are slow. Null when there is nothing to wait for. */
  pressure(): Promise<void> | null
}

export interface StartedTask {
  taskId: string
  /** What the answer already said of the run. */
  events: readonly TaskEvent[]
}

/** What the client needs of a backend. HTTP is one. */
export interface TaskTransport extends Transport {
  /** Starts a run. Not aborted by the caller's signal: see start-run.ts. */
  start(config: RunConfig, signal: AbortSignal): Promise<StartedTask>
  /** Tells `task` what happens until the returned function is called. */
  follow(task: TaskHandle): () => void
  /** Resolves when the backend has accepted the wish. */
  cancel(taskId: string): Promise<void>
  /** Everything known of a run, as events from its beginning. */
  read(taskId: string): Promise<readonly TaskEvent[]>
  /** Whether a terminal status may come without its output, to be asked for. */
  readonly confirms?: boolean
  /** What only HTTP has. */
  readonly resources?: Resources
}

export interface Resources {
  logs(taskId: string): Promise<LogEntry[]>
  list(options: { cursor?: string | undefined; limit?: number | undefined }): Promise<TaskList>
  getApp(ref: string): Promise<AppDetails>
  listApps(): Promise<AppSummary[]>
  upload(data: Blob | string, options: UploadOptions): Promise<FileRef>
}

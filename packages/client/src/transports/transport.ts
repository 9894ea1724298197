import type { OpenAgent } from '../client/lazy-agent.ts'
import type { InferstreamError } from '../core/errors.ts'
import type { Platform } from '../core/platform.ts'
import type { TaskMachine } from '../task/task-model.ts'
import type { TaskEvent } from '../task/task-reducer.ts'
import type {
  AdHocAgent,
  AgentOptions,
  AppDetails,
  AppSummary,
  FileRef,
  FollowOptions,
  LogEntry,
  RunConfig,
  StatusTableName,
  TaskList,
  TaskState,
  TaskStream,
  Transport,
  UploadOptions,
} from '../core/types.ts'

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
  /** The code that follows runs. HTTP loads it when it is first needed. */
  follower(): Follower | Promise<Follower>
  /** Resolves when the backend has accepted the wish. */
  cancel(taskId: string): Promise<void>
  /** Everything known of a run, as events from its beginning. */
  read(taskId: string): Promise<readonly TaskEvent[]>
  /** What only HTTP has. */
  resources?(): Promise<Resources>
}

export interface StreamRequest {
  readonly taskId: string
  /** What is known already. */
  readonly events: readonly TaskEvent[]
  readonly options: FollowOptions
  readonly table: StatusTableName
  /** Started by this caller: an abort then cancels the run. Followed only: it just lets go. */
  readonly isOwn: boolean
  /** When the caller asked, epoch ms: from here `timeoutMs` counts. */
  readonly calledAt: number
}

export interface Follower {
  open<TOutput>(request: StreamRequest, platform: Platform): TaskStream<TOutput>
  /** The state that events lead to, of a run that nobody follows. */
  stateAfter<TOutput>(taskId: string, events: readonly TaskEvent[], table: StatusTableName): TaskState<TOutput>
}

export interface Resources {
  logs(taskId: string): Promise<LogEntry[]>
  list(options: { cursor?: string | undefined; limit?: number | undefined }): Promise<TaskList>
  getApp(ref: string): Promise<AppDetails>
  listApps(): Promise<AppSummary[]>
  upload(data: Blob | string, options: UploadOptions): Promise<FileRef>
  openAgent(target: string | AdHocAgent, options: AgentOptions): Promise<OpenAgent>
}

import type { AdHocAgent, AgentOptions, OpenAgent } from '../agent/agent-types.ts'
import type {
  AppDetails,
  AppSummary,
  FileRef,
  InferenceOptions,
  ListOptions,
  LogEntry,
  RunConfig,
  TaskList,
  Transport,
  UploadOptions,
} from '../core/types.ts'
import type { TaskAction } from '../task/task-reducer.ts'
import type { TaskSource } from '../task/task-sink.ts'

export interface StartedTask {
  taskId: string
  /** What the answer already said of the run. */
  actions: readonly TaskAction[]
}

/** What the client needs of a backend. HTTP is one. */
export interface TaskTransport extends Transport, TaskSource {
  /** Starts a run. Not aborted by the caller's signal: see start-run.ts. */
  start(config: RunConfig, signal: AbortSignal): Promise<StartedTask>
  /** Everything known of a run, as actions from its beginning. */
  read(taskId: string, signal?: AbortSignal): Promise<readonly TaskAction[]>
  /** The same backend with the options of a client that concern its connections. */
  withOptions?(options: InferenceOptions): TaskTransport
  /** Whether a run may have this id. @defaultValue letters, digits, `-` and `_`, up to 64 */
  readonly isId?: (id: unknown) => boolean
  /** What only HTTP has. */
  resources?(): Promise<Resources>
}

export interface Resources {
  logs(taskId: string, signal?: AbortSignal): Promise<LogEntry[]>
  list(page: ListOptions, signal?: AbortSignal): Promise<TaskList>
  getApp(ref: string, signal?: AbortSignal): Promise<AppDetails>
  listApps(signal?: AbortSignal): Promise<AppSummary[]>
  upload(data: Blob | string, options: UploadOptions): Promise<FileRef>
  openAgent(target: string | AdHocAgent, options: AgentOptions): Promise<OpenAgent>
}

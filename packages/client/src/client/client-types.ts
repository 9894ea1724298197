import type {
  RunConfig,
  RunStreamOptions,
  TaskStream,
  RunDetachedOptions,
  TaskSnapshot,
  RunOptions,
  TaskResult,
  RunManyOptions,
  FollowOptions,
  TaskState,
  LogEntry,
  TaskList,
  AppDetails,
  AppSummary,
  UploadOptions,
  FileRef,
} from '../core/types.ts'
import type { AdHocAgent, Agent, AgentOptions } from '../agent/agent-types.ts'

export interface RequestOptions {
  signal?: AbortSignal | undefined
}

export interface InferenceClient {
  /** Resolves once the service has accepted the run; `taskId` is set. Rejects with the POST's errors. */
  run<I, O>(config: RunConfig<I, O>, options: RunStreamOptions): Promise<TaskStream<O>>
  /** Starts the run and does not follow it. */
  run<I, O>(config: RunConfig<I, O>, options: RunDetachedOptions): Promise<TaskSnapshot>
  /** Follows the run to its end. Rejects with TaskFailedError, TaskCancelledError or a transport error. */
  run<I, O>(config: RunConfig<I, O>, options?: RunOptions<O>): Promise<TaskResult<O>>
  /** Runs all of them; never rejects for one run's sake. Results are in the order of the configs. */
  runMany<I, O>(
    configs: readonly RunConfig<I, O>[],
    options?: RunManyOptions<O>,
  ): Promise<PromiseSettledResult<TaskResult<O>>[]>
  tasks: {
    /** Follows a run that was started elsewhere. Awaiting the stream is harmless. */
    stream<O = unknown>(taskId: string, options?: FollowOptions): TaskStream<O>
    get<O = unknown>(taskId: string, options?: RequestOptions): Promise<TaskState<O>>
    logs(taskId: string, options?: RequestOptions): Promise<LogEntry[]>
    cancel(taskId: string, options?: RequestOptions): Promise<void>
    list(
      page?: { cursor?: string | undefined; limit?: number | undefined },
      options?: RequestOptions,
    ): Promise<TaskList>
  }
  apps: {
    get(ref: string, options?: RequestOptions): Promise<AppDetails>
    list(options?: RequestOptions): Promise<AppSummary[]>
  }
  files: {
    /** A string is a `data:` URL or plain text. */
    upload(data: Blob | string, options?: UploadOptions): Promise<FileRef>
  }
  /**
   * A conversation with an agent: one of the service by its reference (`ns/name@version`), or one described here. Nothing
   * is sent before its first use.
   */
  agent(refOrConfig: string | AdHocAgent, options?: AgentOptions): Agent
}

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
  /** Starts and follows the run. Resolves once the service has accepted it; rejects with the errors of the POST. */
  run<I, O>(config: RunConfig<I, O>, options: RunStreamOptions): Promise<TaskStream<O>>
  /** Starts the run without following it. Rejects with the errors of the POST. */
  run<I, O>(config: RunConfig<I, O>, options: RunDetachedOptions): Promise<TaskSnapshot>
  /**
   * Starts the run and follows it to its end. Rejects with TaskFailedError, TaskCancelledError, AbortError, TimeoutError or
   * a transport error.
   */
  run<I, O>(config: RunConfig<I, O>, options?: RunOptions<O>): Promise<TaskResult<O>>
  /**
   * Starts and follows all runs. The results are in the order of the configs. The failure of a run is its own result; only
   * a `configs` that is not an array, or an invalid option, rejects, with code `config`.
   */
  runMany<I, O>(
    configs: readonly RunConfig<I, O>[],
    options?: RunManyOptions<O>,
  ): Promise<PromiseSettledResult<TaskResult<O>>[]>
  tasks: {
    /** Follows a run that was started elsewhere. The stream is not a promise, but may be awaited. */
    stream<O = unknown>(taskId: string, options?: FollowOptions): TaskStream<O>
    /** The current state of a run, without following it. Rejects with `not_found` for an unknown run. */
    get<O = unknown>(taskId: string, options?: RequestOptions): Promise<TaskState<O>>
    /** All lines of a run's log so far, including an unfinished last one. */
    logs(taskId: string, options?: RequestOptions): Promise<LogEntry[]>
    /** Resolves once the service has accepted the cancellation. */
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
    /** Uploads a file. A string is a `data:` URL or plain text. */
    upload(data: Blob | string, options?: UploadOptions): Promise<FileRef>
  }
  /**
   * A conversation with an agent of the service, by its reference (`ns/name@version`), or with an ad-hoc one. Sends nothing
   * before its first use.
   */
  agent(refOrConfig: string | AdHocAgent, options?: AgentOptions): Agent
}

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
  ListOptions,
  RequestOptions,
  TaskState,
  LogEntry,
  TaskList,
  AppDetails,
  AppSummary,
  UploadOptions,
  FileRef,
} from '../core/types.ts'
import type { AdHocAgent, Agent, AgentOptions } from '../agent/agent-types.ts'

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
    /** The current state of a run, without following it. @throws `not_found` */
    get<O = unknown>(taskId: string, options?: RequestOptions): Promise<TaskState<O>>
    /** All lines so far, source by source, including an unfinished last one. @throws `not_found`; `config` on a backend other than HTTP */
    logs(taskId: string, options?: RequestOptions): Promise<LogEntry[]>
    /**
     * Resolves once the service has accepted the cancellation; the run ends some time later. Repeated up to three times
     * after a network error, 429 or 5xx.
     */
    cancel(taskId: string, options?: RequestOptions): Promise<void>
    /** One page of tasks, newest first. @throws `config` on a backend other than HTTP */
    list(page?: ListOptions, options?: RequestOptions): Promise<TaskList>
  }
  apps: {
    /** @param ref `ns/name` or `ns/name@version` @throws `not_found`; `config` for anything else, and on a backend other than HTTP */
    get(ref: string, options?: RequestOptions): Promise<AppDetails>
    /** @throws `config` on a backend other than HTTP */
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

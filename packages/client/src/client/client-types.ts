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
    /** The state of a run at this moment; it is not followed. @throws `not_found` */
    get<O = unknown>(taskId: string, options?: RequestOptions): Promise<TaskState<O>>
    /** Every line so far, source by source. @throws `not_found`; `config` on a backend other than HTTP */
    logs(taskId: string, options?: RequestOptions): Promise<LogEntry[]>
    /**
     * Resolves once the service has accepted the cancellation; the run ends a while later. Repeated up to three times after
     * a network error, 429 or 5xx.
     */
    cancel(taskId: string, options?: RequestOptions): Promise<void>
    /** The newest tasks first, a page at a time. @throws `config` on a backend other than HTTP */
    list(page?: ListOptions, options?: RequestOptions): Promise<TaskList>
  }
  apps: {
    /** @param ref `ns/name` or `ns/name@version` @throws `not_found`; `config` for anything else, and on a backend other than HTTP */
    get(ref: string, options?: RequestOptions): Promise<AppDetails>
    /** @throws `config` on a backend other than HTTP */
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

import type { InferstreamError } from './errors.ts'

/** A task's status by name. `unknown` is a status this version has no name for; it never ends a run. */
export type TaskStatus =
  | 'received'
  | 'queued'
  | 'scheduled'
  | 'preparing'
  | 'serving'
  | 'setting_up'
  | 'running'
  | 'cancelling'
  | 'uploading'
  | 'completed'
  | 'failed'
  | 'cancelled'
  | 'unknown'

/** What a person is told about a status (protocol §3). */
export type TaskPhase = 'queued' | 'starting' | 'running' | 'finishing' | 'cancelling' | 'done' | 'failed' | 'cancelled'

/** Which reading of the wire's status codes is in force: today's service, or the older column of the reference. */
export type StatusTableName = 'current' | 'legacy'

/**
 * How a run is being followed at this moment. `polling` is a run beyond `maxStreams`, or one whose stream cannot be
 * had: it is asked for once a second.
 */
export type ConnectionState = 'idle' | 'connecting' | 'live' | 'polling' | 'reconnecting' | 'offline' | 'closed'

export interface TaskProgress {
  current: number
  total: number
  /** 0–1 */
  fraction: number
  unit?: string
  /** `app`: sent by the app. `logs`: read from a progress bar in its log. `estimated`: from past runs' durations. */
  source: 'app' | 'logs' | 'estimated'
}

/** A typed app reference, made by `app<TInput, TOutput>('ns/name')`. */
export interface AppRef<TInput, TOutput> {
  readonly ref: string
  /** Carries the types only; never present at run time. */
  readonly __types?: [TInput, TOutput]
}

export interface RunConfig<TInput = unknown, TOutput = unknown> {
  /** `ns/name`, `ns/name@version`, or a typed reference made by `app()`. */
  app: string | AppRef<TInput, TOutput>
  /** The app's input. Blobs and Files anywhere in it are uploaded first and replaced by their addresses. */
  input: TInput
  setup?: unknown
  function?: string | undefined
  /** `new`, or the id of a session. */
  session?: string | undefined
  /** Seconds, 1–3600; only with `session: 'new'`. */
  session_timeout?: number | undefined
  infra?: string | undefined
  /** An address that the service POSTs to when the run has ended. */
  webhook?: string | undefined
}

interface TaskUpdateFields {
  taskId: string
  /** The code as the wire sent it, or the code of `status` where the wire sent a name. */
  statusCode: number
  /** The lines that are new in this update, ANSI kept; empty when nothing is new. */
  logs: readonly string[]
  progress?: TaskProgress
  /**
   * While it runs: what the app sent as `partial_output`, or `output` before the terminal status, or for token apps
   * `{ response: all so far }`.
   */
  partial_output?: unknown
  /** 1 is next. */
  queuePosition?: number
}

/** An update while it is put together. */
export interface TaskUpdateDraft<TOutput> extends TaskUpdateFields {
  status: TaskStatus
  output?: TOutput
  error?: string
}

/** What changed with one wire record. `status` decides which of `output` and `error` is certain to be there. */
export type TaskUpdate<TOutput = unknown> = TaskUpdateFields &
  (
    | { status: 'completed'; output: TOutput; error?: string }
    | { status: 'failed'; output?: TOutput; error: string }
    | { status: Exclude<TaskStatus, 'completed' | 'failed'>; output?: TOutput; error?: string }
  )

export type LogSource = 'build' | 'run' | 'serve' | 'setup' | 'task'

export interface LogEntry {
  text: string
  source: LogSource
  level?: 'debug' | 'info' | 'warn' | 'error'
  /** epoch ms */
  receivedAt?: number
}

/**
 * A read-only view of an append-only buffer, usable as any `ReadonlyArray<string>` (`Array.isArray` is true). Its
 * identity changes only when lines were added or rewritten. Index 0 is the oldest line kept; its number is `dropped + 1`.
 * Reading one index costs the same however long the log is; `slice`, `map`, `filter` … return plain arrays.
 */
export interface LogView extends ReadonlyArray<string> {
  /** Lines dropped at the front because of `maxLogLines`. */
  readonly dropped: number
  /** Grows whenever a line that is kept was rewritten in place; 0 until then. */
  readonly revision: number
  /** Source and arrival time of a line, and its level where one is known. Undefined outside the lines kept. */
  entry(index: number): LogEntry | undefined
}

/** One stay in one status; times are epoch ms by the reader's clock, or the service's where it sent them. */
export interface TaskPhaseSpan {
  readonly status: TaskStatus
  readonly startedAt: number
  readonly endedAt: number | null
}

/** What a run has used, as the service sent it. */
export interface UsageEvent {
  type: string
  model?: string
  quantity: number
  unit?: string
  [key: string]: unknown
}

/** The fields of a `TaskState` that mean the same in every status. */
interface TaskFields {
  readonly taskId: string | null
  readonly connection: ConnectionState
  /** Connection attempts since data last arrived; 0 while all is well. */
  readonly attempt: number
  /** When the next attempt is made, epoch ms; null when none is scheduled. */
  readonly retryAt: number | null
  readonly progress: TaskProgress | null
  /** 1 is next. Null once the run has left the queue. */
  readonly queuePosition: number | null
  readonly phases: readonly TaskPhaseSpan[]
  readonly logs: LogView
  /** The unfinished last line, e.g. a tqdm bar. */
  readonly pendingLine: string | null
  /** What the app sent of it while it ran. Null again once `output` has come, where it was nothing but its beginning. */
  readonly partialOutput: unknown
  /** The service's usage events as received; null where it sent none. */
  readonly usage: readonly UsageEvent[] | null
  /** epoch ms */
  readonly startedAt: number | null
  /** epoch ms */
  readonly endedAt: number | null
}

/**
 * `idle`: there is no run. `waiting`: not sent yet, because others of its batch go first. `starting`: sent, not accepted
 * yet. `error`: the request or the connection failed, not the run.
 */
export type TaskStateStatus = 'idle' | 'waiting' | 'starting' | TaskStatus | 'error'

/**
 * Everything known of a run. A snapshot is immutable, and every part of it that did not change (`progress`, `phases`,
 * `logs`, `error`, …) is the identical object in the next one. `status === 'completed'` narrows `output`, and `'failed'`
 * or `'error'` narrow `error`.
 */
export type TaskState<TOutput = unknown> = TaskFields &
  (
    | { readonly status: 'completed'; readonly output: TOutput; readonly error: InferstreamError | null }
    | { readonly status: 'failed' | 'error'; readonly output: TOutput | null; readonly error: InferstreamError }
    | {
        readonly status: Exclude<TaskStateStatus, 'completed' | 'failed' | 'error'>
        readonly output: TOutput | null
        readonly error: InferstreamError | null
      }
  )

export interface TaskResult<TOutput = unknown> {
  taskId: string
  status: 'completed'
  output: TOutput
  logs: readonly string[]
  /** epoch ms */
  startedAt: number
  /** epoch ms */
  endedAt: number
  /** ms */
  duration: number
  state: TaskState<TOutput>
}

export interface TaskSnapshot {
  taskId: string
  status: TaskStatus
  statusCode: number
}

/**
 * A run being followed. Several readers may share one; each one that joins first gets the current state, its `logs`
 * all lines so far. The connection is released when the last reader breaks, by `close()`, and when the run has ended.
 */
export interface TaskStream<TOutput = unknown> extends AsyncIterable<TaskUpdate<TOutput>> {
  readonly taskId: string
  /** The latest snapshot. */
  readonly state: TaskState<TOutput>
  /**
   * Never goes unhandled: awaiting it is optional. Rejects with TaskFailedError, TaskCancelledError, AbortError,
   * TimeoutError or a transport error.
   */
  readonly result: Promise<TaskResult<TOutput>>
  /** The same updates, all that arrived together in one array: what stores consume. */
  batches(): AsyncIterable<TaskUpdate<TOutput>[]>
  /** Calls the listener after every batch that changed `state`. Returns the unsubscribe function. */
  subscribe(listener: () => void): () => void
  /** Asks the service to cancel; resolves when it accepted. `status` is `cancelling` until it says how the run ended. */
  cancel(): Promise<void>
  /** Detach; the run goes on. */
  close(): void
}

export interface FollowOptions {
  /** On `run` it cancels the run, on `tasks.stream` it only detaches. Either way the loop throws `AbortError` at once. */
  signal?: AbortSignal | undefined
  /** ms from the call; throws `TimeoutError`. No limit by default. */
  timeoutMs?: number | undefined
  /** What happens to the run at the time-out. @defaultValue 'cancel' */
  onTimeout?: 'cancel' | 'detach' | undefined
  /** Lines kept; older ones are dropped and counted in `logs.dropped`. @defaultValue 100_000 */
  maxLogLines?: number | undefined
  /** A record that could not be read and was skipped, an `error` event of the stream, log lines that may be missing. */
  onWarning?: ((warning: InferstreamError) => void) | undefined
  /** Every wire record as received. */
  onEvent?: ((record: unknown) => void) | undefined
}

export interface RunStreamOptions extends FollowOptions {
  stream: true
  /**
   * How much of the Blobs in `input` has been uploaded, 0–1. Null once nothing is left to upload and the run itself is
   * sent: until then, aborting `signal` means that nothing was started.
   */
  onUploadProgress?: ((fraction: number | null) => void) | undefined
}

export interface RunDetachedOptions {
  wait: false
  signal?: AbortSignal | undefined
}

export interface RunOptions<TOutput = unknown> extends FollowOptions {
  onUpdate?: ((update: TaskUpdate<TOutput>) => void) | undefined
}

export interface RunManyOptions<TOutput = unknown> extends FollowOptions {
  /** Runs started at a time. @defaultValue all of them */
  concurrency?: number | undefined
  onUpdate?: ((index: number, update: TaskUpdate<TOutput>) => void) | undefined
}

export interface RetryOptions {
  /** Attempts without data in between before the run ends with an error. @defaultValue 10 */
  maxAttempts?: number | undefined
  /** ms. @defaultValue 500 */
  baseDelay?: number | undefined
  /** ms. @defaultValue 8_000 */
  maxDelay?: number | undefined
}

export interface InferenceOptions {
  /** Sent as `Authorization: Bearer`. Defaults to `INFERENCE_API_KEY` where there is a process environment. */
  apiKey?: string | undefined
  /** Called before each request that needs a token, and once more after a 401. */
  getToken?: (() => string | Promise<string>) | undefined
  /** Address of `@inferstream/proxy` in your own app; the key then stays on your server. */
  proxyUrl?: string | undefined
  /**
   * Without key, token or proxy it is legal too: the local engine answers anonymous calls.
   * @defaultValue `INFERENCE_BASE_URL`, else `https://api.inference.sh`
   */
  baseUrl?: string | undefined
  headers?: Record<string, string | (() => string | undefined)> | undefined
  fetch?: typeof fetch | undefined
  /** @defaultValue 'omit' with an `apiKey` or without any credentials, else 'include' */
  credentials?: RequestCredentials | undefined
  /** What streams are asked for; what the service answers decides. @defaultValue 'sse' */
  format?: 'sse' | 'ndjson' | undefined
  /** @defaultValue 'current' */
  statusTable?: StatusTableName | undefined
  /** `false` makes every connection error final. */
  retry?: RetryOptions | false | undefined
  /** Silence, in ms, after which a connection counts as dead. @defaultValue 45_000 */
  idleTimeoutMs?: number | undefined
  /** Streams open at once per origin, all tabs together; runs beyond that are polled. @defaultValue 4 */
  maxStreams?: number | undefined
  /** Largest single event, in bytes. A larger one is skipped with a warning. @defaultValue 16_777_216 */
  maxEventBytes?: number | undefined
  /** Allows `apiKey` in a browser, where every visitor can read it. */
  dangerouslyAllowBrowser?: boolean | undefined
  /** Every wire record as received. */
  onEvent?: ((record: unknown) => void) | undefined
  onWarning?: ((warning: InferstreamError) => void) | undefined
  /**
   * Called once for each run that this client followed to its end or could not start, whichever call or hook did so. Not
   * called for a run that is no longer followed, nor for one that had ended before.
   */
  onSettled?: ((run: SettledRun) => void) | undefined
  /** Any backend instead of HTTP: see `fromAsyncIterable` and `scriptedTransport`. */
  transport?: Transport | undefined
}

/** What the client needs of a backend; HTTP is one of them. Internals are free: make one with `fromAsyncIterable`. */
export interface Transport {
  readonly kind: string
}

export interface AppSummary {
  ref: string
  title: string
  description?: string
}

export interface AppDetails extends AppSummary {
  /** JSON Schema */
  inputSchema: object
  /** JSON Schema */
  outputSchema: object | null
}

export interface FileRef {
  uri: string
  filename?: string
  content_type?: string
  /** bytes */
  size?: number
}

export interface UploadOptions {
  filename?: string | undefined
  contentType?: string | undefined
  signal?: AbortSignal | undefined
  /** 0–1, ending with exactly 1. */
  onProgress?: ((fraction: number) => void) | undefined
}

export interface RequestOptions {
  /** Ends the waiting at once with `AbortError`; what was sent may still be done. */
  signal?: AbortSignal | undefined
}

export interface ListOptions {
  /** `nextCursor` of the page before. */
  cursor?: string | undefined
  /** Items on a page, at most; the service's own number by default. */
  limit?: number | undefined
}

/** A task in a list. The optional fields are there where the service has them. */
export interface TaskListItem extends TaskSnapshot {
  app?: string
  /** epoch ms, by the service's clock */
  createdAt?: number
  /** epoch ms, by the service's clock; only once the run has ended */
  endedAt?: number
}

/** How a run ended. `error` means that the request or the connection failed; the run itself may go on. */
export type RunOutcome<TOutput = unknown> =
  | { status: 'completed'; output: TOutput }
  | { status: 'failed'; error: InferstreamError }
  | { status: 'cancelled' }
  | { status: 'error'; error: InferstreamError }

/** What `onSettled` is given. */
export interface SettledRun {
  /** Null for a run that could not be started. */
  taskId: string | null
  /** Null for a run that was started elsewhere. */
  app: string | null
  outcome: RunOutcome
  /** ms from the call, or from the start of a run that was started elsewhere */
  duration: number
}

export interface TaskList {
  items: TaskListItem[]
  /** Null on the last page. */
  nextCursor: string | null
}

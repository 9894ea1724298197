import type { InferstreamError } from './errors.ts'

/** A task's status by name. `unknown` is a status that this version has no name for; it never ends a run. */
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

/** A status as it is shown to people (protocol §3). */
export type TaskPhase = 'queued' | 'starting' | 'running' | 'finishing' | 'cancelling' | 'done' | 'failed' | 'cancelled'

/** Which table maps the wire's status codes to names: that of today's service, or the older column of the reference. */
export type StatusTableName = 'current' | 'legacy'

/**
 * How a run is currently followed. `polling`: by one request a second, because `maxStreams` streams are open already or
 * because no stream can be opened.
 */
export type ConnectionState = 'idle' | 'connecting' | 'live' | 'polling' | 'reconnecting' | 'offline' | 'closed'

export interface TaskProgress {
  current: number
  total: number
  /** 0–1 */
  fraction: number
  unit?: string
  /** What the bar is called: by the app, or in the log. */
  label?: string
  /** A bar within the one above, such as the steps of an epoch. Only from logs. */
  inner?: { current: number; total: number; /** 0–1 */ fraction: number; label?: string }
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
  /** The app's input. Blobs and Files anywhere in it are uploaded first and replaced by their URLs. */
  input: TInput
  setup?: unknown
  function?: string | undefined
  /** `new`, or the id of an existing session. */
  session?: string | undefined
  /** Seconds, 1–3600; only with `session: 'new'`. */
  session_timeout?: number | undefined
  infra?: string | undefined
  /** URL that the service POSTs to when the run has ended. */
  webhook?: string | undefined
}

interface TaskUpdateFields {
  taskId: string
  /** The code that the wire sent, or the code of `status` where the wire sent a name. */
  statusCode: number
  /** The new lines of this update, with their ANSI codes; empty when there are none. */
  logs: readonly string[]
  progress?: TaskProgress
  /**
   * While the run goes on: the app's `partial_output`, or `output` before the terminal status, or for token apps
   * `{ response: all text so far }`.
   */
  partial_output?: unknown
  /** 1 is next. */
  queuePosition?: number
}

/** An update under construction. */
export interface TaskUpdateDraft<TOutput> extends TaskUpdateFields {
  status: TaskStatus
  output?: TOutput
  error?: string
}

/** What changed with one wire record. `completed` guarantees `output`, `failed` guarantees `error`. */
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
 * A read-only view of a log: lines are added at its end, and a program may redraw the last ones. It is usable as any
 * `ReadonlyArray<string>` (`Array.isArray` is true). Its identity changes only when lines are added or rewritten. Index 0
 * is the oldest line kept; its line number is `dropped + 1`. Reading one index takes constant time; `slice`, `map`,
 * `filter` … return plain arrays. `structuredClone` and `postMessage` refuse it: give them `view.slice()`.
 */
export interface LogView extends ReadonlyArray<string> {
  /** Number of lines dropped at the front because of `maxLogLines`. */
  readonly dropped: number
  /**
   * Increases when kept lines are rewritten in place, as a program does that moves the cursor up to redraw its progress
   * bars; 0 until then. Index and number of a line stay.
   */
  readonly revision: number
  /** How many of the last lines may still be rewritten: 64 or more, or all if there are fewer. */
  readonly open: number
  /**
   * Source and arrival time of a line, and its level where it is known; `text` is the line as it came, also if it was
   * rewritten (of more than 2,048 rewritten lines, only of the newest). Undefined for an index out of range.
   */
  entry(index: number): LogEntry | undefined
}

/** One period in one status. Times are epoch ms by the local clock, or by the service's where it sent them. */
export interface TaskPhaseSpan {
  readonly status: TaskStatus
  readonly startedAt: number
  readonly endedAt: number | null
}

/** Resources that a run has used, as the service sent them. */
export interface UsageEvent {
  type: string
  model?: string
  quantity: number
  unit?: string
  [key: string]: unknown
}

/** How a backend continues a run whose connection was lost. */
export type BackendResume =
  /** From the place that the last update named. */
  | 'cursor'
  /** Always from the beginning: what was there before is left out by its position. */
  | 'replay'
  /** With what comes from now on; lines in between may be missing. */
  | 'none'

/** The fields of a `TaskState` that mean the same in every status. */
interface TaskFields {
  readonly taskId: string | null
  readonly connection: ConnectionState
  /** Connection attempts since data was last received; 0 while the connection works. */
  readonly attempt: number
  /** Time of the next attempt, epoch ms; null when none is scheduled. */
  readonly retryAt: number | null
  /** What the run's backend promises for a lost connection; `cursor` until there is a run. */
  readonly resume: BackendResume
  /**
   * How often the connection was lost although the backend cannot continue: log lines may be missing there, and `onWarning` was
   * called. 0 unless `resume` is `none`.
   */
  readonly gaps: number
  readonly progress: TaskProgress | null
  /** 1 is next. Null once the run has left the queue. */
  readonly queuePosition: number | null
  readonly phases: readonly TaskPhaseSpan[]
  readonly logs: LogView
  /** The unfinished last line, e.g. a tqdm bar; where a program redraws rows, the last row, wherever the cursor is. */
  readonly pendingLine: string | null
  /** What the app sent while it ran. Null again once `output` has arrived, if it was only the beginning of that output. */
  readonly partialOutput: unknown
  /** The service's usage events as received; null if it sent none. */
  readonly usage: readonly UsageEvent[] | null
  /** epoch ms */
  readonly startedAt: number | null
  /** epoch ms */
  readonly endedAt: number | null
}

/**
 * `idle`: there is no run. `waiting`: not sent yet, because other runs of its batch go first. `starting`: sent, but not
 * accepted yet. `error`: the request or the connection failed, not the run.
 */
export type TaskStateStatus = 'idle' | 'waiting' | 'starting' | TaskStatus | 'error'

/**
 * Everything known about a run. A snapshot is immutable, and each unchanged part of it (`progress`, `phases`, `logs`,
 * `error`, …) is the identical object in the next one. `status === 'completed'` narrows `output`, and `'failed'` or
 * `'error'` narrow `error`.
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
 * A run being followed. Several readers may share it; each reader's first update has the current state, with all lines
 * so far in `logs`. The connection is released when the last reader stops reading, by `close()`, and when the run ends.
 */
export interface TaskStream<TOutput = unknown> extends AsyncIterable<TaskUpdate<TOutput>> {
  readonly taskId: string
  /** The latest snapshot. */
  readonly state: TaskState<TOutput>
  /**
   * Resolves when the run has completed. Rejects with TaskFailedError, TaskCancelledError, AbortError, TimeoutError or a
   * transport error. Awaiting it is optional: its rejection is never reported as unhandled.
   */
  readonly result: Promise<TaskResult<TOutput>>
  /** The same updates in batches, one array for all that arrived together; cheaper for stores. */
  batches(): AsyncIterable<TaskUpdate<TOutput>[]>
  /** Calls the listener after each batch that changed `state`. Returns the unsubscribe function. */
  subscribe(listener: () => void): () => void
  /**
   * Resolves once the service has accepted the cancellation, or the run has ended. `status` is `cancelling` until the
   * service reports how the run ended. Rejects with the request's error; `status` is then the service's again.
   */
  cancel(): Promise<void>
  /** Stops following. The run itself goes on. `result` rejects with AbortError. */
  close(): void
  /** Ends the wait before the next attempt to connect, if there is one. Missing where a transport cannot. */
  retryNow?(): void
}

export interface FollowOptions {
  /** Aborting cancels the run with `run`, and only detaches with `tasks.stream`. Either way readers throw `AbortError` at once. */
  signal?: AbortSignal | undefined
  /** ms from the call, after which readers throw `TimeoutError`. No limit by default. */
  timeoutMs?: number | undefined
  /** What happens to the run at the time-out. @defaultValue 'cancel' */
  onTimeout?: 'cancel' | 'detach' | undefined
  /** Lines kept; older ones are dropped and counted in `logs.dropped`. @defaultValue 100_000 */
  maxLogLines?: number | undefined
  /** Called for a record that was skipped, an `error` event of the stream, and log lines that may be missing. */
  onWarning?: ((warning: InferstreamError) => void) | undefined
  /** Every wire record as received. */
  onEvent?: ((record: unknown) => void) | undefined
}

export interface RunStreamOptions extends FollowOptions {
  stream: true
  /**
   * The uploaded fraction of the Blobs in `input`, 0–1. Null once everything is uploaded and the run itself is sent;
   * aborting `signal` before that starts nothing. Not called without Blobs.
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
  /** Runs in progress at a time, from 1. @defaultValue all of them */
  concurrency?: number | undefined
  onUpdate?: ((index: number, update: TaskUpdate<TOutput>) => void) | undefined
}

export interface RetryOptions {
  /** Attempts in a row that receive no data, before the stream ends with an error. From 0. @defaultValue 10 */
  maxAttempts?: number | undefined
  /** Longest wait before the first retry, in ms; doubled for each further one. @defaultValue 500 */
  baseDelay?: number | undefined
  /** Longest wait between two attempts, in ms. `Retry-After` replaces it. @defaultValue 8_000 */
  maxDelay?: number | undefined
}

export interface InferenceOptions {
  /** Sent as `Authorization: Bearer`. @defaultValue the environment variable `INFERENCE_API_KEY`, where there is one */
  apiKey?: string | undefined
  /**
   * Called before each request, and once more after a 401. If it rejects, or does not settle within `idleTimeoutMs`, the
   * request fails with code `auth`, before anything is sent.
   */
  getToken?: (() => string | Promise<string>) | undefined
  /** URL of `@inferstream/proxy` in your own app; the key then stays on your server. */
  proxyUrl?: string | undefined
  /**
   * URL of the service: it begins with `http://` or `https://`, or is a path in a page. Key, token and proxy are optional:
   * the local engine accepts anonymous requests.
   * @defaultValue `INFERENCE_BASE_URL`, else `https://api.inference.sh`
   */
  baseUrl?: string | undefined
  /** Sent with every request. A function is called for each request; undefined omits the header. */
  headers?: Record<string, string | (() => string | undefined)> | undefined
  /** @defaultValue the global `fetch` at the time of the request */
  fetch?: typeof fetch | undefined
  /** @defaultValue 'omit' with an `apiKey` or without any credentials, else 'include' */
  credentials?: RequestCredentials | undefined
  /** The requested stream format; the response's Content-Type decides how it is read. @defaultValue 'sse' */
  format?: 'sse' | 'ndjson' | undefined
  /** @defaultValue 'current' */
  statusTable?: StatusTableName | undefined
  /** `false` makes every connection error final. */
  retry?: RetryOptions | false | undefined
  /**
   * Time without a byte, in ms, after which a stream counts as dead, and the limit for each attempt of any other request.
   * Above 0.
   * @defaultValue 45_000
   */
  idleTimeoutMs?: number | undefined
  /** Open streams per origin, in all tabs together; further runs are polled. From 0. @defaultValue 4 */
  maxStreams?: number | undefined
  /** Largest single event, in bytes. A larger event is skipped with a warning. @defaultValue 16_777_216 */
  maxEventBytes?: number | undefined
  /** Allows `apiKey` in a browser, where every visitor can read it. @defaultValue false */
  dangerouslyAllowBrowser?: boolean | undefined
  /** Every wire record as received. */
  onEvent?: ((record: unknown) => void) | undefined
  /** Called for problems that do not end the run: a record that was skipped, log lines that may be missing. */
  onWarning?: ((warning: InferstreamError) => void) | undefined
  /**
   * Called once for each run that this client started or failed to start, by any call or hook. Not called for a run that is
   * no longer followed, nor for one that was started elsewhere.
   */
  onSettled?: ((run: SettledRun) => void) | undefined
  /** Any backend instead of HTTP: see `fromAsyncIterable` and `scriptedTransport`. */
  transport?: Transport | undefined
}

/** The client's interface to a backend; HTTP is one of them. Its internals are private: make one with `fromAsyncIterable`. */
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
  /** Called with the uploaded fraction, 0–1; the last call has exactly 1. */
  onProgress?: ((fraction: number) => void) | undefined
}

export interface RequestOptions {
  /** Aborting rejects at once with `AbortError`; a request that was sent may still take effect. */
  signal?: AbortSignal | undefined
}

export interface ListOptions {
  /** `nextCursor` of the previous page. */
  cursor?: string | undefined
  /** Most items on a page. The service decides by default. */
  limit?: number | undefined
}

/** A task in a list. The optional fields are set if the service sends them. */
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

/** The argument of `onSettled`. */
export interface SettledRun {
  /** Null for a run that could not be started. */
  taskId: string | null
  /** Null if the config of `run` has no app. */
  app: string | null
  outcome: RunOutcome
  /** ms from the call */
  duration: number
}

export interface TaskList {
  items: TaskListItem[]
  /** Null on the last page. */
  nextCursor: string | null
}

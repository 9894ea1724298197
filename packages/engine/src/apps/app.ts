/** A file made by an app, as outputs show it (design §6). */
export interface FileObject {
  uri: string
  content_type: string
  size: number
  filename: string
}

export type Phase = 'preparing' | 'serving' | 'setting_up'
export type JsonObject = Record<string, unknown>

/** What a running app can do. All of it is synchronous but `sleep`, which also lets a cancel come through. */
export interface AppContext {
  /** Aborted when somebody cancels; a thread that is busy computing asks {@link AppContext.throwIfCancelled} instead. */
  readonly signal: AbortSignal
  /** What waits are divided by. */
  readonly speed: number
  throwIfCancelled(): void
  /** Writes to the app's log as to standard output: a line ends at `\n`. */
  log(text: string): void
  progress(current: number, total: number, unit?: string): void
  /** Shows output before the end; the last three stay readable. */
  partial(output: unknown): void
  /** Stores `output` while the app still runs. */
  output(output: unknown): void
  /** A piece of a model's answer (protocol §5.1). */
  delta(delta: JsonObject): void
  /** Keeps bytes as a file that the engine serves. The array belongs to the engine afterwards. */
  file(bytes: Uint8Array, file: { filename: string; contentType: string }): FileObject
  /** Waits, divided by the engine's `speed`; rejects when the task is cancelled. */
  sleep(milliseconds: number): Promise<void>
  /** Resolves once the server has taken what was sent, for apps that say more than can be told. */
  drained(): Promise<void>
}

/** What the server knows of an app; the code that runs is loaded in the worker thread alone. */
export interface AppInfo {
  /** `namespace/name`. */
  readonly ref: string
  readonly title: string
  readonly description: string
  readonly inputSchema: JsonObject
  readonly outputSchema: JsonObject
  /** Its log goes as arrays of lines from the start, not as a growing record. */
  readonly logsAsLines?: boolean
  /** What a worker prints in a phase before the app runs. A throw fails the task there. */
  readonly phaseLog?: (phase: Phase, input: JsonObject) => readonly string[]
  /** What the caller lacks; answered with 412 instead of a task. */
  readonly requirements?: readonly JsonObject[]
}

export interface App extends AppInfo {
  /** Runs in a worker thread. Resolves to the output; a throw fails the task with its message. */
  run(input: JsonObject, context: AppContext): Promise<unknown>
}

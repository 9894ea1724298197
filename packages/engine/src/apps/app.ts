/** A file made by an app, in the form used in outputs (design §6). */
export interface FileObject {
  uri: string
  content_type: string
  size: number
  filename: string
}

export type Phase = 'preparing' | 'serving' | 'setting_up'
export type JsonObject = Record<string, unknown>

/** The API of a running app. All of it is synchronous except `sleep`, which also lets a cancel take effect. */
export interface AppContext {
  /** Aborted on cancel; a thread that is busy computing polls {@link AppContext.throwIfCancelled} instead. */
  readonly signal: AbortSignal
  /** Divisor of waits. */
  readonly speed: number
  throwIfCancelled(): void
  /** Writes to the app's log, like standard output: a line ends at `\n`. */
  log(text: string): void
  progress(current: number, total: number, unit?: string): void
  /** Publishes output before the end; the files of the last three stay readable. */
  partial(output: unknown): void
  /** Stores `output` while the app is still running. */
  output(output: unknown): void
  /** A piece of a model's answer (protocol §5.1). */
  delta(delta: JsonObject): void
  /** Stores bytes as a file that the engine serves. The array is transferred to the engine. */
  file(bytes: Uint8Array, file: { filename: string; contentType: string }): FileObject
  /** The bytes of a file of this engine, by its address. Throws for any other address, and for a file that is gone. */
  read(address: string): Uint8Array
  /** Waits, divided by the engine's `speed`; rejects when the task is cancelled. */
  sleep(milliseconds: number): Promise<void>
  /** Resolves once the server has received what was sent: backpressure for apps with much output. */
  drained(): Promise<void>
}

/** The server's part of an app; the code that runs is loaded only in the worker thread. */
export interface AppInfo {
  /** `namespace/name`. */
  readonly ref: string
  readonly title: string
  readonly description: string
  readonly inputSchema: JsonObject
  readonly outputSchema: JsonObject
  /** Sends its log as arrays of lines from the start, not as a growing record. */
  readonly logsAsLines?: boolean
  /** What a worker prints in a phase before the app runs. A throw fails the task in that phase. */
  readonly phaseLog?: (phase: Phase, input: JsonObject) => readonly string[]
  /** Missing requirements; answered with 412 instead of a task. */
  readonly requirements?: readonly JsonObject[]
}

export interface App extends AppInfo {
  /** Runs in a worker thread. Resolves to the output; a throw fails the task with its message. */
  run(input: JsonObject, context: AppContext): Promise<unknown>
}

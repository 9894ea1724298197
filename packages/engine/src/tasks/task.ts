import type { Clock } from '../clock.ts'
import { createId } from '../ids.ts'
import type { StreamLine } from '../stream-line.ts'
import type { Frame, FrameBody } from './frames.ts'
import { FrameLog } from './frames.ts'
import type { StatusName } from './status.ts'
import { isTerminal } from './status.ts'
import type { LogGrowth, LogLimits, LogType } from './task-log.ts'
import { TaskLog } from './task-log.ts'
import type { Progress, TaskAction, TaskState } from './task-state.ts'
import { pickFields, receivedTask, reduceTask, wireFields } from './task-state.ts'

/** The request: constant for the life of the task. */
export interface TaskRequest {
  /** The requested reference, and that of the app it resolves to. */
  ref: string
  app: string
  appId: string
  appVersionId: string
  function: string
  input: unknown
  /** The input's size as JSON. */
  inputCharacters: number
  setup: unknown
  infra: string
  metadata: unknown
  sessionId: string | null
  /** Requested start, RFC 3339. */
  runAt?: string
  /** The chat whose agent started it. */
  chatId?: string
  /** Address of this engine as used by the caller, without a slash at the end. */
  baseUrl: string
}

export interface TaskLimits {
  log: LogLimits
  /** Frames kept for readers that reconnect. */
  frames: number
}

/** Encoded lines kept: a record of logs may be 350 KB, and only the newest few are read often. */
const encodedLines = 8

/** Lines per frame: bounds what is held for a slow reader. */
const linesPerFrame = 2_000

/** One run: its state, its logs, its frames, and its listeners. */
export class Task {
  readonly id: string
  readonly createdAt: string
  readonly request: TaskRequest
  readonly frames: FrameLog
  readonly logs = new Map<LogType, TaskLog>()
  /** Aborted when the task is cancelled. */
  readonly cancellation = new AbortController()
  #state: TaskState
  #deltas = 0
  /** The text of all deltas so far: what is stored lags behind it. */
  readonly tokens: Record<string, string> = {}
  readonly #clock: Clock
  readonly #limits: TaskLimits
  readonly #listeners = new Set<() => void>()
  readonly #encoded = new Map<number, StreamLine>()

  constructor(request: TaskRequest, clock: Clock, limits: TaskLimits) {
    this.id = createId()
    this.createdAt = clock()
    this.request = request
    this.#clock = clock
    this.#limits = limits
    this.#state = receivedTask(this.id, this.createdAt, createId())
    const first = { seq: 1, at: this.createdAt, fields: wireFields(this.#state), records: new Map(), lines: new Map() }
    this.frames = new FrameLog(first, limits.frames)
  }

  get state(): TaskState {
    return this.#state
  }

  get ended(): boolean {
    return isTerminal(this.#state.status)
  }

  /** A frame's line, encoded once for all streams that are up to date. */
  encoded(frame: Frame, encode: () => StreamLine): StreamLine {
    const known = this.#encoded.get(frame.seq)
    if (known) return known
    const line = encode()
    if (this.#encoded.size >= encodedLines) this.#encoded.clear()
    this.#encoded.set(frame.seq, line)
    return line
  }

  /** Calls the listener after every frame. Returns the unsubscribe function. */
  onFrame(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Resolves when the task has ended. */
  settled(): Promise<void> {
    if (this.ended) return Promise.resolve()
    return new Promise((resolve) => {
      const off = this.onFrame(() => {
        if (!this.ended) return
        off()
        resolve()
      })
    })
  }

  advance(status: Exclude<StatusName, 'completed' | 'failed' | 'cancelled'>): void {
    this.#apply({ type: 'advanced', status, ...this.#stamp() })
  }

  moveInQueue(position: number): void {
    this.#apply({ type: 'queue-moved', position, at: this.#clock() })
  }

  progress(progress: Progress): void {
    this.#apply({ type: 'progressed', progress, at: this.#clock() })
  }

  showOutput(partialOutput: unknown): void {
    this.#apply({ type: 'output-shown', partialOutput, at: this.#clock() })
  }

  storeOutput(output: unknown): void {
    this.#apply({ type: 'output-stored', output, at: this.#clock() })
  }

  delta(delta: Record<string, unknown>): void {
    if (this.#state.status !== 'running') return
    for (const [key, value] of Object.entries(delta)) {
      if (typeof value === 'string') this.tokens[key] = (this.tokens[key] ?? '') + value
    }
    this.#append(this.#clock(), { kind: 'delta', delta, deltaSeq: ++this.#deltas })
  }

  /** Adds text to one of the logs; with `asLines` as arrays of lines from the start. */
  log(type: LogType, text: string, asLines = false): void {
    if (this.ended || text === '') return
    let log = this.logs.get(type)
    if (!log) {
      log = new TaskLog(this.#limits.log, asLines)
      this.logs.set(type, log)
    }
    for (const growth of log.append(text)) this.#grow(type, growth)
  }

  /** Adds a complete line, also after an unfinished progress bar. */
  logLine(type: LogType, line: string, asLines = false): void {
    this.log(type, `${this.logs.get(type)?.endsInLine ? '\n' : ''}${line}\n`, asLines)
  }

  complete(output: unknown): void {
    this.#end({ type: 'completed', output, ...this.#stamp() })
  }

  fail(error: string): void {
    this.#end({ type: 'failed', error, ...this.#stamp() })
  }

  cancelled(): void {
    this.#end({ type: 'cancelled', ...this.#stamp() })
  }

  #end(action: TaskAction): void {
    for (const [logType, log] of this.logs) {
      for (const growth of log.finish()) this.#grow(logType, growth)
    }
    this.#apply(action)
  }

  #grow(logType: LogType, growth: LogGrowth): void {
    if (growth.kind === 'record') {
      const at = this.#clock()
      const records = new Map(this.frames.head.records).set(logType, { bytes: growth.bytes, at })
      this.#append(at, { kind: 'records', records })
      return
    }
    for (let { from } = growth; from < growth.to; from += linesPerFrame) {
      const to = Math.min(growth.to, from + linesPerFrame)
      this.#append(this.#clock(), { kind: 'lines', logType, from, to })
    }
  }

  #stamp(): { at: string; eventId: string } {
    return { at: this.#clock(), eventId: createId() }
  }

  #apply(action: TaskAction): void {
    const { state, fields } = reduceTask(this.#state, action)
    if (fields.length === 0) return
    this.#state = state
    this.#append(state.updatedAt, { kind: 'fields', fields, data: pickFields(state, fields) })
  }

  #append(at: string, body: FrameBody): void {
    this.#state = { ...this.#state, updatedAt: at }
    this.frames.append(at, body)
    for (const listener of this.#listeners) listener()
  }
}

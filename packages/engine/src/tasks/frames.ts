import type { LogType } from './task-log.ts'
import type { TaskField } from './task-state.ts'

/**
 * One event, as the streams send it. Log frames hold positions in the task's logs instead of text, so that a
 * thousand of them are cheap and can be replayed exactly.
 */
export type Frame = { seq: number; at: string } & FrameBody
export type FrameBody =
  | { kind: 'fields'; data: Partial<Record<TaskField, unknown>>; fields: readonly TaskField[] }
  | { kind: 'records'; records: ReadonlyMap<LogType, RecordMark> }
  | { kind: 'lines'; logType: LogType; from: number; to: number }
  | { kind: 'delta'; delta: Record<string, unknown>; deltaSeq: number }

/** How far a growing record had grown, and when. */
export interface RecordMark {
  bytes: number
  at: string
}

/** What a reader knows that received every frame up to `seq`. */
export interface View {
  readonly seq: number
  readonly at: string
  readonly fields: Partial<Record<TaskField, unknown>>
  readonly records: ReadonlyMap<LogType, RecordMark>
  /** Index after the last line of each type that is sent as arrays. */
  readonly lines: ReadonlyMap<LogType, number>
}

export function applyFrame(view: View, frame: Frame): View {
  const next = { ...view, seq: frame.seq, at: frame.at }
  switch (frame.kind) {
    case 'fields':
      return { ...next, fields: { ...view.fields, ...frame.data } }
    case 'records':
      return { ...next, records: frame.records }
    case 'lines':
      return { ...next, lines: new Map(view.lines).set(frame.logType, frame.to) }
    case 'delta':
      return next
    default:
      return frame satisfies never
  }
}

/** The newest frames of a task, and the view at both ends of them. */
export class FrameLog {
  readonly #limit: number
  #frames: Frame[] = []
  #base: View
  #head: View

  /** Keeps at least `limit` frames, at most twice as many. */
  constructor(first: View, limit: number) {
    this.#base = first
    this.#head = first
    this.#limit = limit
  }

  /** The view after all events. */
  get head(): View {
    return this.#head
  }

  append(at: string, body: FrameBody): Frame {
    const frame: Frame = { ...body, seq: this.#head.seq + 1, at }
    this.#frames.push(frame)
    this.#head = applyFrame(this.#head, frame)
    if (this.#frames.length >= this.#limit * 2) {
      const old = this.#frames.slice(0, -this.#limit)
      this.#base = old.reduce(applyFrame, this.#base)
      this.#frames = this.#frames.slice(-this.#limit)
    }
    return frame
  }

  /** Whether every frame after `seq` is still kept. */
  covers(seq: number): boolean {
    return Number.isSafeInteger(seq) && seq >= this.#base.seq && seq <= this.#head.seq
  }

  /** The view of a reader that received `seq` and nothing later; `seq` must be covered. */
  viewAt(seq: number): View {
    return this.#frames.slice(0, seq - this.#base.seq).reduce(applyFrame, this.#base)
  }

  /** The frame after `seq`, or undefined before it exists; `seq` must be covered. */
  after(seq: number): Frame | undefined {
    return this.#frames[seq - this.#base.seq]
  }
}

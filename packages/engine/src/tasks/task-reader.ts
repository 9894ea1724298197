import type { LineReader, StreamLine } from '../stream-line.ts'
import type { Frame, View } from './frames.ts'
import type { Task } from './task.ts'
import type { LogType } from './task-log.ts'
import { logRecords, taskSnapshot } from './task-dto.ts'

/** Lines of a log sent at once to a reader that catches up. */
const linesPerCatchUp = 2_000

/**
 * Reads a task for one stream: the whole task first, then its events. It is pulled, so a stalled reader costs
 * a few numbers; one that falls behind the kept frames gets the whole task again.
 */
export class TaskReader implements LineReader {
  readonly #task: Task
  #seq: number | null = null
  readonly #resumeAt: number | null
  /** Per log type, the index of the next line that this reader has not received. */
  readonly #nextLine = new Map<LogType, number>()
  #catchUp: { type: LogType; to: number }[] = []

  /** `lastEventId` is the reader's position; null if it is new. An id that is no longer covered counts as new. */
  constructor(task: Task, lastEventId: number | null = null) {
    this.#task = task
    this.#resumeAt = lastEventId !== null && task.frames.covers(lastEventId) ? lastEventId : null
  }

  /** True once everything was read and nothing more can follow. */
  get done(): boolean {
    return this.#task.ended && this.#seq === this.#task.frames.head.seq && this.#catchUp.length === 0
  }

  /** The next line, or null before it exists. */
  next(): StreamLine | null {
    const { frames } = this.#task
    if (this.#seq === null && this.#resumeAt !== null) return this.#resume(frames.viewAt(this.#resumeAt))
    if (this.#seq === null || !frames.covers(this.#seq)) return this.#open(frames.head)
    const missed = this.#catchUp[0]
    if (missed) return this.#sendMissed(missed, frames.head)
    const frame = frames.after(this.#seq)
    if (!frame) return null
    this.#seq = frame.seq
    return this.#write(frame)
  }

  #open(view: View): StreamLine {
    this.#seq = view.seq
    this.#catchUp = [...view.lines].map(([type, to]) => ({ type, to })).filter(({ type, to }) => this.#from(type) < to)
    const json = JSON.stringify(this.#opening(view))
    // Lines are still missing, so a reader must not resume from here: it would lose them.
    return this.#catchUp.length > 0 ? { json } : { id: view.seq, json }
  }

  /** With the text of all tokens so far, which the next one continues. */
  #opening(view: View) {
    const snapshot = taskSnapshot(this.#task, view)
    const { ended, tokens } = this.#task
    if (ended || Object.keys(tokens).length === 0) return snapshot
    return { ...snapshot, output: Object.assign({}, snapshot['output'], tokens) }
  }

  #resume(view: View): StreamLine {
    this.#seq = view.seq
    for (const [type, to] of view.lines) this.#nextLine.set(type, to)
    return { json: JSON.stringify(taskSnapshot(this.#task, view)) }
  }

  #sendMissed(missed: { type: LogType; to: number }, view: View): StreamLine {
    const from = this.#from(missed.type)
    const to = Math.min(missed.to, from + linesPerCatchUp)
    this.#nextLine.set(missed.type, to)
    if (to === missed.to) this.#catchUp.shift()
    const json = this.#lines(missed.type, from, to, view.at)
    return this.#catchUp.length > 0 || this.#seq === null ? { json } : { id: this.#seq, json }
  }

  #from(type: LogType): number {
    return Math.max(this.#nextLine.get(type) ?? 0, this.#task.logs.get(type)?.firstLine ?? 0)
  }

  #write(frame: Frame): StreamLine {
    if (frame.kind !== 'lines') return this.#task.encoded(frame, () => encode(this.#task, frame))
    const from = this.#nextLine.get(frame.logType) ?? frame.from
    this.#nextLine.set(frame.logType, frame.to)
    if (from !== frame.from) return { id: frame.seq, json: this.#lines(frame.logType, from, frame.to, frame.at) }
    return this.#task.encoded(frame, () => ({
      id: frame.seq,
      json: this.#lines(frame.logType, frame.from, frame.to, frame.at),
    }))
  }

  #lines(type: LogType, from: number, to: number, at: string): string {
    const { offset, lines } = this.#task.logs.get(type)?.slice(from, to) ?? { offset: from, lines: [] }
    return partial(this.#task, at, { logs: lines, offset, log_type: type })
  }
}

function encode(task: Task, frame: Exclude<Frame, { kind: 'lines' }>): StreamLine {
  switch (frame.kind) {
    case 'fields':
      return { id: frame.seq, json: partial(task, frame.at, frame.data) }
    case 'records':
      return { id: frame.seq, json: partial(task, frame.at, { logs: logRecords(task, frame.records) }) }
    case 'delta':
      return { id: frame.seq, event: 'delta', json: JSON.stringify({ delta: frame.delta, seq: frame.deltaSeq }) }
    default:
      return frame satisfies never
  }
}

/** Only changed fields; `id` and `updated_at` are sent without being named (protocol §5.1). */
function partial(task: Task, at: string, changed: Record<string, unknown>): string {
  return JSON.stringify({ data: { id: task.id, updated_at: at, ...changed }, fields: Object.keys(changed) })
}

import { Buffer } from 'node:buffer'

/** Log types of the wire: 0 build, 1 run, 2 serve, 3 setup, 4 task (what the app itself prints) (protocol §4). */
export const logTypes = { build: 0, run: 1, serve: 2, setup: 3, task: 4 } as const
export type LogType = (typeof logTypes)[keyof typeof logTypes]

export interface LogLimits {
  /** Bytes of text sent as one growing record; the rest is sent as arrays of lines. */
  recordBytes: number
  /** Characters kept of the lines after that; beyond it the oldest are dropped. */
  keptCharacters: number
}

/** The result of an append: the record up to `bytes`, or the complete lines from `from` up to `to`. */
export type LogGrowth = { kind: 'record'; bytes: number } | { kind: 'lines'; from: number; to: number }

/**
 * The text of one log type. It starts as one growing record and switches to an array of lines at the end of a line once the
 * record is full. `offset` counts all lines of the text, those of the record included.
 */
export class TaskLog {
  readonly #limits: LogLimits
  #record = Buffer.alloc(0)
  #recordLength = 0
  #recordLines = 0
  /** Bytes of the record that are complete lines, once it is full. */
  #recordWhole: number | null = null
  #full: boolean
  readonly #lines: string[] = []
  /** Lines dropped at the front of `#lines`; the array itself is cut only occasionally. */
  #dropped = 0
  #gone = 0
  #characters = 0
  #tail: string[] = []

  /** With `asLines` there is no growing record. */
  constructor(limits: LogLimits, asLines = false) {
    this.#limits = limits
    this.#full = asLines
  }

  /** Whether it has switched to arrays of lines. */
  get hasLines(): boolean {
    return this.#full
  }

  /** Whether the text so far ends within a line. */
  get endsInLine(): boolean {
    if (this.#full) return this.#tail.length > 0
    return this.#recordLength > 0 && this.#record[this.#recordLength - 1] !== 0x0a
  }

  /** Index after the last complete line. */
  get lineCount(): number {
    return this.#recordLines + this.#gone + this.#lines.length
  }

  /** Index of the first kept line after the record. */
  get firstLine(): number {
    return this.#recordLines + this.#gone + this.#dropped
  }

  get keptCharacters(): number {
    return this.#characters + this.#recordLength
  }

  append(text: string): LogGrowth[] {
    const growth: LogGrowth[] = []
    let rest = text
    if (!this.#full) {
      const taken = this.#fill(rest)
      rest = rest.slice(taken)
      if (taken > 0) growth.push({ kind: 'record', bytes: this.#recordLength })
    }
    if (rest !== '') growth.push(...this.#addLines(rest))
    return growth
  }

  /** Called at the end of the run: an unfinished last line becomes a line. */
  finish(): LogGrowth[] {
    if (!this.#full || this.#tail.length === 0) return []
    return this.append('\n')
  }

  /** Base64 of the first `bytes` bytes of the record. */
  recordContent(bytes: number): string {
    return this.#record.toString('base64', 0, bytes)
  }

  /** The kept lines from `from` up to `to`; `offset` is the index of the first one returned. */
  slice(from: number, to: number): { offset: number; lines: string[] } {
    const offset = Math.max(from, this.firstLine)
    const base = this.#recordLines + this.#gone
    return { offset, lines: this.#lines.slice(offset - base, Math.max(offset, to) - base) }
  }

  /** All kept text; `offset` is the index of its first line if lines were dropped. */
  fullText(): { text: string; offset: number } {
    const { lines } = this.slice(this.firstLine, this.lineCount)
    const unfinished = this.#tail.join('')
    const after = lines.length > 0 ? `${lines.join('\n')}\n${unfinished}` : unfinished
    const hasGap = this.firstLine > this.#recordLines
    const record = hasGap ? '' : this.#record.toString('utf8', 0, this.#recordWhole ?? this.#recordLength)
    return { text: record + after, offset: hasGap ? this.firstLine : 0 }
  }

  /** Fills the record and returns how many characters of the text it took. */
  #fill(text: string): number {
    const bytes = Buffer.byteLength(text)
    const room = this.#limits.recordBytes - this.#recordLength
    if (bytes <= room) {
      this.#write(text, bytes)
      return text.length
    }
    // The record ends with a complete line, so that the arrays begin with a complete line.
    this.#full = true
    const endsInLine = this.#recordLength > 0 && this.#record[this.#recordLength - 1] !== 0x0a
    const within = text.lastIndexOf('\n', Math.max(0, Math.floor(room / 4)))
    const end = within >= 0 ? within : endsInLine ? text.indexOf('\n') : -1
    if (end < 0) {
      if (endsInLine) this.#moveUnfinishedLine()
      return 0
    }
    const head = text.slice(0, end + 1)
    this.#write(head, Buffer.byteLength(head))
    return head.length
  }

  /** A line longer than the space left is sent whole by the arrays; the record keeps the part that was already sent. */
  #moveUnfinishedLine(): void {
    const start = this.#record.subarray(0, this.#recordLength).lastIndexOf(0x0a) + 1
    this.#tail.push(this.#record.toString('utf8', start, this.#recordLength))
    this.#recordWhole = start
  }

  #write(text: string, bytes: number): void {
    const needed = this.#recordLength + bytes
    if (needed > this.#record.length) {
      const grown = Buffer.alloc(Math.max(needed, this.#record.length * 2, 1_024))
      this.#record.copy(grown, 0, 0, this.#recordLength)
      this.#record = grown
    }
    this.#record.write(text, this.#recordLength)
    this.#recordLength = needed
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.#recordLines++
  }

  #addLines(text: string): LogGrowth[] {
    const pieces = text.split('\n')
    const last = pieces.pop() ?? ''
    if (pieces.length === 0) {
      this.#tail.push(last)
      return []
    }
    const from = this.lineCount
    pieces[0] = this.#tail.join('') + pieces[0]
    this.#tail = last === '' ? [] : [last]
    for (const piece of pieces) {
      const line = piece.endsWith('\r') ? piece.slice(0, -1) : piece
      this.#lines.push(line)
      this.#characters += line.length + lineCost
    }
    this.#dropOld()
    return [{ kind: 'lines', from, to: this.lineCount }]
  }

  #dropOld(): void {
    while (this.#characters > this.#limits.keptCharacters && this.#dropped < this.#lines.length) {
      this.#characters -= (this.#lines[this.#dropped]?.length ?? 0) + lineCost
      this.#lines[this.#dropped] = ''
      this.#dropped++
    }
    // Cutting the front of a long array moves the rest, so it is done occasionally instead of for every line.
    if (this.#dropped > 65_536 && this.#dropped * 2 > this.#lines.length) {
      this.#lines.splice(0, this.#dropped)
      this.#gone += this.#dropped
      this.#dropped = 0
    }
  }
}

/** Overhead of a line beside its text: its line ending, and the string object. */
const lineCost = 32

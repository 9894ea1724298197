// What is read once from each line in the background: its level, errors and warnings, and where sections begin and end.
import type { LogEntry } from '@inferstream/react'
import { plainText } from '../../text/plain-text.ts'
import { inferLevel, traceOf, type Trace } from './log-levels.ts'
import { droppedLines, lineEntry, lineText, openLines, revisionOf, type LogLines } from './log-lines.ts'
import { levels, type LogLevel } from './log-rows.ts'
import { markSection, sectionList, sectionMark, type LogSection, type SectionList } from './log-sections.ts'

/** An error or a warning: one line, or a traceback of several. */
export interface Problem {
  /** Numbers of its first and last line. */
  readonly start: number
  end: number
  /** The line that says what was wrong. */
  title: number
}

export interface LogIndex {
  /** Continues until all lines are read or `late()`, checked every few lines, returns true. Returns whether all are read. */
  read(lines: LogLines, late: () => boolean): boolean
  /** The level of a line; of one that was not read yet as the line alone tells. */
  level(lines: LogLines, index: number): LogLevel | undefined
  /** In the order of their lines; grow in place. */
  readonly errors: readonly Problem[]
  readonly warnings: readonly Problem[]
  readonly sections: readonly LogSection[]
  /** Changes with any of these, and with a choice of the reader. */
  readonly version: number
  readonly done: boolean
  /** Folds or opens a section by the reader's choice; `null` for all. */
  fold(section: LogSection | null, folded: boolean): void
}

const blockSize = 4_096
const askEvery = 64
/** Lines of one traceback. */
const longestTrace = 1_000

export interface LogIndexOptions {
  /** Whether levels are read from the text where the service sends none. */
  readonly inferLevels: boolean
  /** Whether marks in the text begin sections. */
  readonly sections: boolean
}

export function createLogIndex({ inferLevels: infer, sections: hasSections }: LogIndexOptions): LogIndex {
  /** Rank of each level + 1, 0 for none; by blocks of lines, counted from the first line ever. */
  let blocks = new Map<number, Uint8Array>()
  let errors: Problem[] = []
  let warnings: Problem[] = []
  let sections: SectionList = sectionList()
  /** The traceback that each source is writing. */
  let traces = new Map<string, { readonly of: Trace; readonly problem: Problem }>()
  let read = 0
  let revision = 0
  let open = 0
  let last: { number: number; text: string } = { number: 0, text: '' }
  let version = 0
  let done = true

  const clear = (from: number) => {
    blocks = new Map()
    errors = []
    warnings = []
    sections = sectionList()
    traces = new Map()
    read = from
    version += 1
  }

  /** Forgets what was read after this line. */
  const rewind = (to: number) => {
    read = to
    traces = new Map()
    while ((errors.at(-1)?.start ?? 0) > to) {
      const { start } = errors.pop()!
      for (const section of sections.all)
        if (section.start <= start && (section.end ?? Infinity) >= start) section.errors -= 1
    }
    while ((warnings.at(-1)?.start ?? 0) > to) warnings.pop()
    if ((sections.all.at(-1)?.start ?? 0) > to || sections.all.some(({ end }) => end !== null && end > to)) {
      const kept = sections.all.filter(({ start }) => start <= to)
      for (const section of kept) if (section.end !== null && section.end > to) section.end = null
      sections = sectionList(kept)
    }
    version += 1
  }

  const add = (list: Problem[], number: number): Problem => {
    const problem = { start: number, end: number, title: number }
    list.push(problem)
    version += 1
    return problem
  }

  const readLine = (text: string, entry: LogEntry | undefined, number: number): LogLevel | undefined => {
    const mark = hasSections ? sectionMark(text) : null
    if (mark) {
      markSection(sections, mark, number)
      version += 1
      return entry?.level
    }
    const source = entry?.source ?? ''
    const trace = traces.get(source)
    if (trace && !entry?.level) {
      const part = trace.of.next(plainText(text.slice(0, 400)))
      if (part !== 'none' && number - trace.problem.start < longestTrace) {
        trace.problem.end = number
        if (part === 'title') trace.problem.title = number
        if (part === 'title' && trace.of.endsWithTitle) traces.delete(source)
        return 'error'
      }
      traces.delete(source)
    }
    const level = entry?.level ?? (infer ? inferLevel(text) : undefined)
    if (level === 'warn') add(warnings, number)
    if (level !== 'error') return level
    const problem = add(errors, number)
    for (const section of sections.open) section.errors += 1
    const begun = infer ? traceOf(plainText(text.slice(0, 400))) : null
    if (begun) traces.set(source, { of: begun, problem })
    return level
  }

  return {
    get errors() {
      return errors
    },
    get warnings() {
      return warnings
    },
    get sections() {
      return sections.all
    },
    get version() {
      return version
    },
    get done() {
      return done
    },
    read(lines, late) {
      const dropped = droppedLines(lines)
      const end = dropped + lines.length
      const isKnown = last.number > dropped && last.number <= end
      const isSame =
        last.number === 0 ||
        last.number <= dropped ||
        (isKnown && lineText(lines, last.number - dropped - 1) === last.text)
      const isRevised = revisionOf(lines) > revision && read <= end
      if (read > end || (!isRevised && !isSame)) clear(dropped)
      else if (isRevised) rewind(Math.max(dropped, Math.min(read, open)))
      revision = revisionOf(lines)
      open = end - openLines(lines)
      if (read < dropped) {
        read = dropped
        for (const block of blocks.keys()) if ((block + 1) * blockSize <= dropped) blocks.delete(block)
      }
      for (let count = 1; read < end; count += 1) {
        const index = read - dropped
        const level = readLine(lineText(lines, index), lineEntry(lines, index), read + 1)
        const at = Math.floor(read / blockSize)
        let block = blocks.get(at)
        if (!block) blocks.set(at, (block = new Uint8Array(blockSize)))
        block[read % blockSize] = level ? levels.indexOf(level) + 1 : 0
        read += 1
        if (count % askEvery === 0 && late()) break
      }
      last = read > dropped ? { number: read, text: lineText(lines, read - dropped - 1) } : { number: 0, text: '' }
      done = read >= end
      return done
    },
    level(lines, index) {
      const at = droppedLines(lines) + index
      if (at < read) return levels[(blocks.get(Math.floor(at / blockSize))?.[at % blockSize] ?? 0) - 1]
      return lineEntry(lines, index)?.level ?? (infer ? inferLevel(lineText(lines, index)) : undefined)
    },
    fold(section, folded) {
      for (const one of section ? [section] : sections.all) one.chosen = folded ? 'folded' : 'open'
      version += 1
    },
  }
}

/** The next problem after a line, or the one before, around the ends; its place among those whose lines are kept. */
export function problemFrom(
  problems: readonly Problem[],
  line: number,
  by: 1 | -1,
  dropped: number,
): { readonly title: number; readonly at: number; readonly count: number } | null {
  const first = keptFrom(problems, dropped)
  const count = problems.length - first
  if (count === 0) return null
  const kept = problems.slice(first)
  let at = by === 1 ? kept.findIndex(({ title }) => title > line) : kept.findLastIndex(({ title }) => title < line)
  if (at === -1) at = by === 1 ? 0 : count - 1
  return { title: kept[at]!.title, at: at + 1, count }
}

/** The first of those whose lines are still kept. */
export function keptFrom(problems: readonly Problem[], dropped: number): number {
  let low = 0
  let high = problems.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (problems[middle]!.title <= dropped) low = middle + 1
    else high = middle
  }
  return low
}

/* oxlint-disable no-control-regex -- control characters are what this file looks for */
// Sections that programs of continuous integration print, and which of them are folded.
import { plainText } from '../../text/plain-text.ts'

/** What a line does to the sections: begins one, or ends the one it is in. */
export type SectionMark = { readonly title: string } | 'end' | null

const hint = /group\]|group::|section_(?:start|end):/

/** GitHub Actions (`::group::`), Azure Pipelines (`##[group]`) and GitLab (`section_start:…`). */
export function sectionMark(line: string): SectionMark {
  if (!hint.test(line.length > 400 ? line.slice(0, 400) : line)) return null
  const gitlab = /section_(start|end):\d+:([\w.-]+)(?:\[[^\]]*\])?(?:[\r\n]|\x1b\[0K)*(.*)$/s.exec(line)
  if (gitlab) return gitlab[1] === 'end' ? 'end' : { title: plainText(gitlab[3] ?? '').trim() || gitlab[2]! }
  // A time may stand before.
  const mark = /^(?:[\d\-:.TZ+]+\s)?(?:::(end)?group::|##\[(end)?group\])(.*)$/.exec(plainText(line).trimStart())
  if (!mark) return null
  return mark[1] || mark[2] ? 'end' : { title: mark[3]!.trim() }
}

export interface LogSection {
  /** Number of the line that begins it: its header. */
  readonly start: number
  /** Number of its last line, which may be an end mark; null while it goes on. */
  end: number | null
  /** Whether the last line is an end mark, which is not shown. */
  isMarked: boolean
  readonly title: string
  /** 0 for one that is in no other; at most 2: deeper ones stand beside. */
  readonly depth: number
  /** Errors in it. */
  errors: number
  /** What the reader chose; null: by the rule. */
  chosen: 'open' | 'folded' | null
  /** The one after it, at the same depth or outside of it, has begun. */
  isPassed: boolean
}

/** One without errors folds when the next begins. */
export const isFolded = ({ chosen, isPassed, errors }: LogSection): boolean =>
  chosen === null ? isPassed && errors === 0 : chosen === 'folded'

/** Deepest level of nesting that is drawn. */
const deepest = 2

export interface SectionList {
  /** In the order of their beginnings. */
  readonly all: LogSection[]
  /** Those that go on, outermost first. */
  readonly open: LogSection[]
  /** Those that are not passed. */
  recent: LogSection[]
}

export const sectionList = (all: LogSection[] = []): SectionList => ({
  all,
  open: all.filter(({ end }) => end === null),
  recent: all.filter(({ isPassed }) => !isPassed),
})

export function markSection(list: SectionList, mark: NonNullable<SectionMark>, number: number): void {
  const { all, open } = list
  if (mark === 'end') {
    const ended = open.pop()
    if (ended) {
      ended.end = number
      ended.isMarked = true
    }
    return
  }
  const depth = Math.min(deepest, open.length)
  if (open.length > depth) close(open.pop(), number - 1)
  for (const before of list.recent) before.isPassed = !open.includes(before)
  list.recent = list.recent.filter(({ isPassed }) => !isPassed)
  const section: LogSection = {
    start: number,
    end: null,
    isMarked: false,
    title: mark.title,
    depth,
    errors: 0,
    chosen: null,
    isPassed: false,
  }
  all.push(section)
  list.recent.push(section)
  open.push(section)
}

function close(section: LogSection | undefined, end: number): void {
  if (section) section.end = end
}

/** Pairs of the first and last number of lines that are not shown: those of folded sections, and end marks. Disjoint, ascending. */
export function foldedRanges(sections: readonly LogSection[], opened: ReadonlySet<LogSection> = new Set()): number[] {
  const ranges: number[] = []
  let until = 0
  const hide = (from: number, to: number) => {
    if (to < from) return
    ranges.push(from, to)
    until = to
  }
  const marks: number[] = []
  const before = (number: number) => {
    while (marks.length > 0 && marks.at(-1)! < number) {
      const mark = marks.pop()!
      if (mark > until) hide(mark, mark)
    }
  }
  for (const section of sections) {
    before(section.start)
    if (section.start <= until) continue
    const { start, end } = section
    if (isFolded(section) && !opened.has(section)) hide(start + 1, end ?? Infinity)
    else if (end !== null && section.isMarked) marks.push(end)
  }
  before(Infinity)
  return ranges
}

/** The innermost section that a line is in, its header included; null for none. */
export function sectionOf(sections: readonly LogSection[], number: number): LogSection | null {
  let low = 0
  let high = sections.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (sections[middle]!.start <= number) low = middle + 1
    else high = middle
  }
  for (let at = low - 1; at >= 0; at -= 1) {
    const section = sections[at]!
    if (section.end === null || section.end >= number) return section
    if (section.depth === 0) return null
  }
  return null
}

/** The section that begins at this line. */
export function headerAt(sections: readonly LogSection[], number: number): LogSection | null {
  const section = sectionOf(sections, number)
  return section?.start === number ? section : null
}

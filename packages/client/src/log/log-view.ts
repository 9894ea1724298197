import type { LogEntry, LogSource, LogView } from '../core/types.ts'

/** Lines from `from` on (counted from the first line of the run) came from this source at this time. */
interface Mark {
  readonly from: number
  readonly source: LogSource
  readonly receivedAt: number
}

/**
 * What a view sees: a window on arrays that only ever grow. Views share the arrays; a reader never looks beyond its
 * own `end`, so appending for a newer view cannot be seen by an older one.
 */
interface Window {
  readonly lines: string[]
  readonly start: number
  readonly end: number
  readonly dropped: number
  readonly marks: Mark[]
  readonly marksEnd: number
}

/** Asks a view for its window. A WeakMap would keep dropped lines alive until the next full garbage collection. */
const windowKey = Symbol('window')

/**
 * A view that also has the new lines, which come in pieces; the given one stays as it is. Costs the new lines only: they are pushed onto the
 * shared array, unless `view` is not its newest view, in which case the array is copied first.
 */
export function appendLines(
  view: LogView,
  pieces: readonly (readonly string[])[],
  source: LogSource,
  receivedAt: number,
  maxLines: number,
): LogView {
  let { lines, start, end, dropped, marks, marksEnd } = windowOf(view)
  if (lines.length !== end || marks.length !== marksEnd) {
    lines = lines.slice(start, end)
    marks = marks.slice(0, marksEnd)
    end -= start
    start = 0
  }
  const last = marks.at(-1)
  if (last?.source !== source || last.receivedAt !== receivedAt) {
    marks.push({ from: dropped + end - start, source, receivedAt })
  }
  for (const piece of pieces) for (const line of piece) lines.push(line)
  end = lines.length
  const excess = end - start - maxLines
  if (excess > 0) {
    start += excess
    dropped += excess
    // Dropped lines are let go a quarter of the limit at a time, so that a line is moved a constant number of times.
    if (start > 1024 + maxLines / 4) {
      lines = lines.slice(start)
      end -= start
      start = 0
      marks = marks.slice(markIndex(marks, marks.length, dropped))
    }
  }
  return viewOf({ lines, start, end, dropped, marks, marksEnd: marks.length })
}

function windowOf(view: LogView & { [windowKey]?: Window }): Window {
  return (
    view[windowKey] ?? { lines: [...view], start: 0, end: view.length, dropped: view.dropped, marks: [], marksEnd: 0 }
  )
}

function markIndex(marks: readonly Mark[], end: number, line: number): number {
  let low = 0
  let high = end - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (marks[middle]!.from <= line) low = middle
    else high = middle - 1
  }
  return low
}

const mutators = new Set<PropertyKey>([
  'copyWithin',
  'fill',
  'pop',
  'push',
  'reverse',
  'shift',
  'sort',
  'splice',
  'unshift',
])

/** What all views are proxies of; it is never read, only its prototype is. */
const anyArray: LogView = Object.assign<string[], Pick<LogView, 'dropped' | 'entry'>>([], {
  dropped: 0,
  entry: () => undefined,
})

/** A proxy on an array, so that every reader of a `ReadonlyArray` takes it for one: deep equality and `Array.isArray` too. */
function viewOf(window: Window): LogView {
  const { lines, start, end, dropped, marks, marksEnd } = window
  const length = end - start
  const isIndex = (key: PropertyKey) => typeof key === 'string' && /^\d+$/.test(key) && Number(key) < length
  const own: Record<PropertyKey, unknown> = {
    length,
    dropped,
    at: (index: number) => lines[index < 0 ? end + index : index < length ? start + index : -1],
    slice(from = 0, to = length) {
      const clamp = (index: number) => (index < 0 ? Math.max(0, length + index) : Math.min(index, length))
      return lines.slice(start + clamp(from), start + clamp(to))
    },
    entry(index: number): LogEntry | undefined {
      if (!(index >= 0 && index < length)) return undefined
      const mark = marks[markIndex(marks, marksEnd, dropped + index)]
      const text = lines[start + index]!
      return mark ? { text, source: mark.source, receivedAt: mark.receivedAt } : { text, source: 'task' }
    },
  }
  return new Proxy(anyArray, {
    get(target, key) {
      if (key === windowKey) return window
      if (isIndex(key)) return lines[start + Number(key)]
      if (Object.hasOwn(own, key)) return own[key]
      const value: unknown = Reflect.get(target, key)
      // Array methods run at full speed on a copy of the window; those that change an array meet the `set` trap.
      if (typeof value !== 'function' || key === 'constructor' || mutators.has(key)) return value
      return value.bind(lines.slice(start, end))
    },
    has: (target, key) => isIndex(key) || key in own || Reflect.has(target, key),
    ownKeys: () => [...Array.from({ length }, (_, index) => String(index)), 'length'],
    getOwnPropertyDescriptor(target, key) {
      if (isIndex(key)) {
        return { value: lines[start + Number(key)], enumerable: true, configurable: true, writable: false }
      }
      if (key === 'length') return { value: length, enumerable: false, configurable: false, writable: true }
      return Reflect.getOwnPropertyDescriptor(target, key)
    },
    set: () => false,
    defineProperty: () => false,
    deleteProperty: () => false,
  })
}

import type { LogEntry, LogSource, LogView } from '../core/types.ts'

/** Lines from `from` on (counted from the first line of the run) have this source and arrival time. */
interface Mark {
  readonly from: number
  readonly source: LogSource
  readonly receivedAt: number
}

/**
 * The part of the shared arrays that belongs to one view. The arrays are only appended to, and a view never reads beyond
 * its own `end`, so appending for a newer view does not change an older one.
 */
interface Window {
  readonly lines: string[]
  readonly start: number
  readonly end: number
  readonly dropped: number
  readonly marks: Mark[]
  readonly marksEnd: number
}

/** The key of a view's window. A WeakMap would keep dropped lines alive until the next full garbage collection. */
const windowKey = Symbol('window')

/**
 * Returns a view that also has the lines of `pieces`; `view` does not change. Costs the new lines only: they are pushed
 * onto the shared array. If `view` is not the newest view of that array, the array is copied first.
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
    // Dropped lines are freed a quarter of the limit at a time, so that each line is moved a constant number of times.
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

/** The target of all view proxies; only its prototype is read. */
const proxyTarget: LogView = Object.assign<string[], Pick<LogView, 'dropped' | 'entry'>>([], {
  dropped: 0,
  entry: () => undefined,
})

/** A proxy on an array, so that `Array.isArray` and deep equality accept it as well. */
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
  return new Proxy(proxyTarget, {
    get(target, key) {
      if (key === windowKey) return window
      if (isIndex(key)) return lines[start + Number(key)]
      if (Object.hasOwn(own, key)) return own[key]
      const value: unknown = Reflect.get(target, key)
      // Array methods run at full speed on a copy of the window. Mutating ones run on the proxy, whose `set` trap refuses.
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

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

/** Methods that a view adds to an array, and array methods that need no copy of its window. `this` is the view. */
const ownMethods = {
  at(this: LogView, index: number): string | undefined {
    const { lines, start, end } = windowOf(this)
    const offset = integerOf(index)
    const at = offset < 0 ? end + offset : start + offset
    return at >= start && at < end ? lines[at] : undefined
  },
  slice(this: LogView, from?: number, to?: number): string[] {
    const { lines, start, end } = windowOf(this)
    const length = end - start
    const clamp = (index: number) => (index < 0 ? Math.max(0, length + index) : Math.min(index, length))
    return lines.slice(start + clamp(integerOf(from)), start + (to === undefined ? length : clamp(integerOf(to))))
  },
  entry(this: LogView, index: number): LogEntry | undefined {
    const { lines, start, end, dropped, marks, marksEnd } = windowOf(this)
    const text = Number.isInteger(index) && index >= 0 && index < end - start ? lines[start + index] : undefined
    if (text === undefined) return undefined
    const mark = marks[markIndex(marks, marksEnd, dropped + index)]
    return mark ? { text, source: mark.source, receivedAt: mark.receivedAt } : { text, source: 'task' }
  },
}

/** Converts an argument to an integer, as array methods do. */
function integerOf(value: number | undefined): number {
  return Math.trunc(Number(value)) || 0
}

/** Mutating array methods: they run on the view itself, whose traps make them throw. */
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

/** The target is an empty array. When the view is frozen it gets all lines: a proxy must not differ from a frozen target. */
class ViewTraps implements ProxyHandler<string[]> {
  readonly #window: Window

  constructor(window: Window) {
    this.#window = window
  }

  get(target: string[], key: PropertyKey, view: unknown): unknown {
    const { lines, start, end, dropped } = this.#window
    const index = this.#indexOf(key)
    if (index >= 0) return lines[index]
    if (key === 'length') return end - start
    if (key === 'dropped') return dropped
    if (key === 'revision') return 0
    if (key === windowKey) return this.#window
    if (Object.hasOwn(ownMethods, key)) return Reflect.get(ownMethods, key)
    const value: unknown = Reflect.get(target, key, view)
    // Other array methods run at full speed on a copy of the window.
    const isMethod = typeof value === 'function' && key !== 'constructor' && Object.hasOwn(Array.prototype, key)
    return isMethod && !mutators.has(key) ? value.bind(lines.slice(start, end)) : value
  }

  has(_: string[], key: PropertyKey): boolean {
    const isOwn = key === 'length' || key === 'dropped' || key === 'revision' || key === 'entry'
    return isOwn || this.#indexOf(key) >= 0 || Reflect.has(Array.prototype, key)
  }

  ownKeys(): string[] {
    const { start, end } = this.#window
    return [...Array.from({ length: end - start }, (_, index) => String(index)), 'length']
  }

  getOwnPropertyDescriptor(target: string[], key: PropertyKey): PropertyDescriptor | undefined {
    if (!Reflect.isExtensible(target)) return Reflect.getOwnPropertyDescriptor(target, key)
    const { lines, start, end } = this.#window
    const index = this.#indexOf(key)
    if (index >= 0) return { value: lines[index], enumerable: true, configurable: true, writable: false }
    if (key !== 'length') return undefined
    return { value: end - start, enumerable: false, configurable: false, writable: true }
  }

  preventExtensions(target: string[]): boolean {
    const { lines, start, end } = this.#window
    // A key of the target must then be a key of the view.
    Reflect.deleteProperty(target, inspectKey)
    if (Reflect.isExtensible(target)) for (let at = start; at < end; at++) target.push(lines[at]!)
    return Reflect.preventExtensions(target)
  }

  /** Allows only what `Object.freeze` does, which defines no values; anything else would modify the view. */
  defineProperty(target: string[], key: PropertyKey, description: PropertyDescriptor): boolean {
    const isFreezing = !Reflect.isExtensible(target) && !('value' in description)
    return isFreezing && Reflect.defineProperty(target, key, description)
  }

  set(): boolean {
    return false
  }

  deleteProperty(): boolean {
    return false
  }

  /** The index of a key in `lines`; -1 if the key is not an index of the view. */
  #indexOf(key: PropertyKey): number {
    if (typeof key !== 'string' || !/^(0|[1-9]\d*)$/.test(key)) return -1
    const { start, end } = this.#window
    const at = start + Number(key)
    return at < end ? at : -1
  }
}

/**
 * A proxy on an array, so that `Array.isArray` and deep equality accept it as well. `structuredClone` and `postMessage`
 * refuse proxies: give them `view.slice()`.
 */
/** Node's `util.inspect`, and with it `console.log`, looks past a proxy at its target. */
const inspectKey = Symbol.for('nodejs.util.inspect.custom')

function inspectView(this: LogView): string[] {
  return this.slice()
}

function viewOf(window: Window): LogView {
  const target: string[] & { [inspectKey]?: typeof inspectView } = []
  Object.defineProperty(target, inspectKey, { value: inspectView, configurable: true })
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the traps add the properties
  return new Proxy<string[]>(target, new ViewTraps(window)) as unknown as LogView
}

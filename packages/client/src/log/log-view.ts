import { openRows } from './screen.ts'
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
  /** Lines that were rewritten, in place of those of `lines`, which stay as they came. */
  readonly redrawn: Redrawn
  readonly revision: number
  /** Lines from here on (counted from the first line of the run) may be rewritten, apart from the last `openRows`. */
  readonly openFrom: number
}

/** Lines as they are drawn, by their number from 0. Each view has its own map, so that an older view does not change. */
type Redrawn = ReadonlyMap<number, string>
/** More would make each rewriting too slow: they are then stored as lines. */
const redrawnKept = 2_048
const noneRedrawn: Redrawn = new Map()

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
  let { lines, start, end, dropped, marks, marksEnd, redrawn, revision, openFrom } = windowOf(view)
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
      redrawn = without(redrawn, dropped)
    }
  }
  return viewOf({ lines, start, end, dropped, marks, marksEnd: marks.length, redrawn, revision, openFrom })
}

/**
 * Returns a view in which these lines are drawn again; `view` does not change. Costs the number of lines rewritten so far.
 * @param rewritten By number, counted from 0 for the first line of the run; dropped ones are left out.
 * @param options `openFrom`: the first line that may be rewritten again; `firstNew`: the first one that was not in a view
 * yet, so that drawing it is no revision.
 */
export function rewriteLines(
  view: LogView,
  rewritten: ReadonlyMap<number, string>,
  { openFrom, firstNew }: { openFrom: number; firstNew: number },
): LogView {
  const window = windowOf(view)
  const redrawn = new Map(window.redrawn)
  let isRewritten = false
  for (const [place, line] of rewritten) {
    if (place < window.dropped) continue
    redrawn.set(place, line)
    isRewritten ||= place < firstNew
  }
  const revision = window.revision + (isRewritten ? 1 : 0)
  if (redrawn.size === 0 && openFrom === window.openFrom) return view
  const next = { ...window, redrawn, revision, openFrom }
  if (redrawn.size <= redrawnKept) return viewOf(next)
  const lines = drawnLines(next)
  return viewOf({ ...next, lines, start: 0, end: lines.length, redrawn: noneRedrawn })
}

function without(redrawn: Redrawn, dropped: number): Redrawn {
  if (redrawn.size === 0) return redrawn
  return new Map([...redrawn].filter(([place]) => place >= dropped))
}

/** The lines of a window as they are drawn. */
function drawnLines({ lines, start, end, dropped, redrawn }: Window): string[] {
  const drawn = lines.slice(start, end)
  for (const [place, line] of redrawn) {
    const index = place - dropped
    if (index >= 0 && index < drawn.length) drawn[index] = line
  }
  return drawn
}

/** The line at an index of `lines`, as it is drawn. */
function drawnAt({ lines, start, dropped, redrawn }: Window, at: number): string | undefined {
  return (redrawn.size > 0 ? redrawn.get(at - start + dropped) : undefined) ?? lines[at]
}

function windowOf(view: LogView & { [windowKey]?: Window }): Window {
  return (
    view[windowKey] ?? {
      lines: [...view],
      start: 0,
      end: view.length,
      dropped: view.dropped,
      marks: [],
      marksEnd: 0,
      redrawn: noneRedrawn,
      revision: 0,
      openFrom: Infinity,
    }
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
    const window = windowOf(this)
    const { start, end } = window
    const offset = integerOf(index)
    const at = offset < 0 ? end + offset : start + offset
    return at >= start && at < end ? drawnAt(window, at) : undefined
  },
  slice(this: LogView, from?: number, to?: number): string[] {
    const window = windowOf(this)
    const { lines, start, end, redrawn } = window
    const length = end - start
    const clamp = (index: number) => (index < 0 ? Math.max(0, length + index) : Math.min(index, length))
    if (redrawn.size > 0) return drawnLines(window).slice(from, to)
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
    const { start, end, dropped, revision, openFrom } = this.#window
    const index = this.#indexOf(key)
    if (index >= 0) return drawnAt(this.#window, index)
    if (key === 'length') return end - start
    if (key === 'dropped') return dropped
    if (key === 'revision') return revision
    if (key === 'open') return Math.min(end - start, Math.max(openRows, end - start + dropped - openFrom))
    if (key === windowKey) return this.#window
    if (Object.hasOwn(ownMethods, key)) return Reflect.get(ownMethods, key)
    const value: unknown = Reflect.get(target, key, view)
    // Other array methods run at full speed on a copy of the window.
    const isMethod = typeof value === 'function' && key !== 'constructor' && Object.hasOwn(Array.prototype, key)
    return isMethod && !mutators.has(key) ? value.bind(drawnLines(this.#window)) : value
  }

  has(_: string[], key: PropertyKey): boolean {
    const isOwn = key === 'length' || key === 'dropped' || key === 'revision' || key === 'open' || key === 'entry'
    return isOwn || this.#indexOf(key) >= 0 || Reflect.has(Array.prototype, key)
  }

  ownKeys(): string[] {
    const { start, end } = this.#window
    return [...Array.from({ length: end - start }, (_, index) => String(index)), 'length']
  }

  getOwnPropertyDescriptor(target: string[], key: PropertyKey): PropertyDescriptor | undefined {
    if (!Reflect.isExtensible(target)) return Reflect.getOwnPropertyDescriptor(target, key)
    const { start, end } = this.#window
    const index = this.#indexOf(key)
    if (index >= 0)
      return { value: drawnAt(this.#window, index), enumerable: true, configurable: true, writable: false }
    if (key !== 'length') return undefined
    return { value: end - start, enumerable: false, configurable: false, writable: true }
  }

  preventExtensions(target: string[]): boolean {
    // A key of the target must then be a key of the view.
    Reflect.deleteProperty(target, inspectKey)
    if (Reflect.isExtensible(target)) for (const line of drawnLines(this.#window)) target.push(line)
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

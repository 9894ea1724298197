/** What a hook subscribes to. Snapshots are immutable and have one fixed set of keys. */
export interface ViewSource<TSnapshot> {
  readonly subscribe: (listener: () => void) => () => void
  readonly getSnapshot: () => TSnapshot
  readonly getServerSnapshot: () => TSnapshot
}

// Registered, so that two copies of this package understand each other's results.
const sourceKey = Symbol.for('inferstream.source')

/** The store behind a hook's result; undefined for plain data. */
export function sourceOf<TSnapshot>(result: TSnapshot): ViewSource<TSnapshot> | undefined {
  // Only `TrackedView` writes this key, and it writes its own source.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return (result as { [sourceKey]?: ViewSource<TSnapshot> })[sourceKey]
}

/**
 * One component's view of a store: an object that is replaced exactly when a property that was read from it has changed.
 * Between two replacements a property that nobody read yet is read from the store as it is then, and tracked from then on;
 * so an object never changes a value that was read from it, which is what memoising compilers need. Spreading reads everything.
 */
export class TrackedView<TSnapshot extends object, TActions extends object> {
  readonly subscribe: ViewSource<TSnapshot>['subscribe']
  readonly #source: ViewSource<TSnapshot>
  readonly #actions: TActions
  readonly #tracked = new Set<keyof TSnapshot>()
  #seen: TSnapshot
  #shown: Partial<TSnapshot>
  #result: TSnapshot & TActions
  #serverResult: (TSnapshot & TActions) | undefined

  constructor(source: ViewSource<TSnapshot>, actions: TActions) {
    this.subscribe = source.subscribe
    this.#source = source
    this.#actions = actions
    this.#seen = source.getSnapshot()
    this.#shown = {}
    this.#result = this.#resultOf(this.#shown, source.getSnapshot)
  }

  getSnapshot = (): TSnapshot & TActions => {
    const next = this.#source.getSnapshot()
    if (next !== this.#seen) {
      this.#seen = next
      for (const key of this.#tracked) {
        if (Object.is(next[key], this.#shown[key])) continue
        this.#shown = {}
        for (const tracked of this.#tracked) this.#shown[tracked] = next[tracked]
        this.#result = this.#resultOf(this.#shown, this.#source.getSnapshot)
        break
      }
    }
    return this.#result
  }

  getServerSnapshot = (): TSnapshot & TActions => {
    const { getSnapshot, getServerSnapshot } = this.#source
    if (getSnapshot() === getServerSnapshot()) return this.getSnapshot()
    this.#serverResult ??= this.#resultOf({}, getServerSnapshot)
    return this.#serverResult
  }

  #resultOf(shown: Partial<TSnapshot>, current: () => TSnapshot): TSnapshot & TActions {
    const tracked = this.#tracked
    const result = Object.defineProperty({ ...this.#actions }, sourceKey, { value: this.#source })
    for (const key in this.#seen) {
      Object.defineProperty(result, key, {
        enumerable: true,
        get() {
          tracked.add(key)
          if (!(key in shown)) shown[key] = current()[key]
          return shown[key]
        },
      })
    }
    // The loop above has defined every key of the snapshot.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return result as TSnapshot & TActions
  }
}

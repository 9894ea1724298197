import type { InferenceClient, RunConfig } from '@inferstream/client'
import { pageGate } from '../store/frame-gate.ts'
import type { FrameGate } from '../store/frame-gate.ts'
import { countsOf, progressOf } from './group-snapshot.ts'
import type { GroupSnapshot } from './group-snapshot.ts'
import { createRunStore, lingerMs } from './run-store.ts'
import type { RunStore } from './run-store.ts'
import { detached, settleable } from './run.ts'
import { ignorable } from './safely.ts'
import { TrackedView } from '../store/tracked-view.ts'
import type { RunActions, RunOutcome, RunSnapshot } from '../types.ts'

interface Member<TInput, TOutput> {
  readonly config: RunConfig<TInput, TOutput>
  readonly store: RunStore<TInput, TOutput>
  readonly view: TrackedView<RunSnapshot<TOutput>, RunActions<TInput, TOutput>>
  readonly settle: (outcome: RunOutcome<TOutput>) => void
  unsubscribe: () => void
}

/** With many runs, something is always first or last: here all of it waits for the frame. */
const patientGate: FrameGate = { schedule: (flush) => pageGate.schedule(flush) }

/** Runs that belong together, started `concurrency` at a time for as long as somebody subscribes. */
export class RunGroup<TInput, TOutput> {
  readonly actions = {
    start: (configs: readonly RunConfig<TInput, TOutput>[]) => this.#start(configs),
    cancelAll: () => ignorable(this.#cancelAll()),
    reset: () => this.#replace([]),
  }
  readonly #listeners = new Set<() => void>()
  readonly #empty: GroupSnapshot<TInput, TOutput> = { runs: [], counts: countsOf([]), progress: null }
  #snapshot = this.#empty
  #members: readonly Member<TInput, TOutput>[] = []
  /** Those of them that have not been started. */
  #waiting = new Set<Member<TInput, TOutput>>()
  #client: InferenceClient | undefined
  #concurrency = Infinity
  #linger: ReturnType<typeof setTimeout> | undefined

  /** Called after every render, never during one. */
  configure(client: InferenceClient, concurrency: number) {
    this.#client = client
    // None at a time would be never.
    const atATime = Math.max(1, concurrency)
    if (Object.is(atATime, this.#concurrency)) return
    this.#concurrency = atATime
    this.#startSoon()
  }

  getSnapshot = (): GroupSnapshot<TInput, TOutput> => this.#snapshot

  getServerSnapshot = (): GroupSnapshot<TInput, TOutput> => this.#empty

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    clearTimeout(this.#linger)
    if (this.#listeners.size === 1) {
      this.#watch()
      this.#startSoon()
    }
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size === 0) this.#releaseSoon()
    }
  }

  #start(configs: readonly RunConfig<TInput, TOutput>[]): Promise<RunOutcome<TOutput>[]> {
    const outcomes: Promise<RunOutcome<TOutput>>[] = []
    this.#replace(
      configs.map((config) => {
        const store = createRunStore<TInput, TOutput>(patientGate)
        if (this.#client) store.configure(this.#client, {})
        const { promise, settle } = settleable<RunOutcome<TOutput>>()
        outcomes.push(promise)
        const view = new TrackedView(store, { ...store.actions, cancel: () => ignorable(this.#cancel(member)) })
        const member: Member<TInput, TOutput> = { config, store, view, settle, unsubscribe: () => {} }
        return member
      }),
    )
    return Promise.all(outcomes)
  }

  #replace(members: readonly Member<TInput, TOutput>[]) {
    for (const { store, settle, unsubscribe } of this.#members) {
      unsubscribe()
      store.actions.reset()
      settle({ status: 'cancelled' })
    }
    this.#members = members
    this.#waiting = new Set(members)
    if (this.#listeners.size > 0) this.#watch()
    else this.#releaseSoon()
    this.#flush()
  }

  /** In order, and not while React renders or a change is being told. */
  #startSoon() {
    queueMicrotask(() => this.#startNext())
  }

  #startNext() {
    const waiting = this.#waiting
    for (const member of waiting) {
      const active = this.#members.filter(({ store }) => store.getSnapshot().isActive)
      if (waiting !== this.#waiting || active.length >= this.#concurrency || this.#listeners.size === 0) return
      waiting.delete(member)
      void this.#runMember(member)
    }
  }

  async #runMember({ config, store, settle }: Member<TInput, TOutput>) {
    settle(await store.actions.run(config))
    this.#startNext()
  }

  async #cancelAll() {
    await Promise.all(this.#members.map((member) => this.#cancel(member)))
  }

  async #cancel(member: Member<TInput, TOutput>) {
    const { config, store, settle } = member
    if (!this.#waiting.delete(member)) return store.actions.cancel()
    store.skip(config)
    settle({ status: 'cancelled' })
  }

  #watch() {
    const changed = () => pageGate.schedule(this.#flush)
    for (const member of this.#members) member.unsubscribe = member.store.subscribe(changed)
  }

  #releaseSoon() {
    for (const { unsubscribe } of this.#members) unsubscribe()
    clearTimeout(this.#linger)
    this.#linger = setTimeout(() => {
      for (const { settle } of this.#waiting) settle({ status: 'error', error: detached(null) })
    }, lingerMs)
  }

  #flush = () => {
    const runs = this.#members.map(({ view }) => view.getSnapshot())
    const states = this.#members.map((member) => ({
      run: member.store.getSnapshot(),
      isWaiting: this.#waiting.has(member),
    }))
    const { runs: lastRuns, counts, progress } = this.#snapshot
    this.#snapshot = {
      runs: isShallowEqual(runs, lastRuns) ? lastRuns : runs,
      counts: keep(counts, countsOf(states)),
      progress: keep(progress, progressOf(states)),
    }
    for (const listener of this.#listeners) listener()
    // One that was retried or followed anew may have ended.
    if (this.#waiting.size > 0) this.#startSoon()
  }
}

/** The last value if the new one says the same. */
function keep<T extends object | null>(last: T, next: T): T {
  return last && next && isShallowEqual(Object.values(last), Object.values(next)) ? last : next
}

function isShallowEqual(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((value, index) => Object.is(value, b[index]))
}

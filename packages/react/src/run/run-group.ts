import type { InferenceClient, RunConfig } from '@inferstream/client'
import { claimBatch, onBatchWritten, readBatch, writeBatch } from '../storage/kept-batch.ts'
import type { KeptRun } from '../storage/kept-batch.ts'
import { keyOf } from '../storage/resume.ts'
import { pageGate } from '../store/frame-gate.ts'
import { notify } from '../store/notify.ts'
import type { AppOption, BatchCallbacks, Resume, RunOutcome, RunSnapshot } from '../types.ts'
import { keptOf, newMember, restore } from './group-member.ts'
import type { Member } from './group-member.ts'
import { countsOf, progressOf } from './group-snapshot.ts'
import type { GroupSnapshot } from './group-snapshot.ts'
import { ignorable } from './ignorable.ts'

export interface GroupOptions<TInput, TOutput> extends BatchCallbacks<TOutput> {
  concurrency?: number | undefined
  resume?: Resume | undefined
  app?: AppOption<TInput, TOutput> | undefined
}

/** A run whose turn has not come. */
interface Job {
  readonly send: () => void
  /** Of a batch that another tab may still be sending. */
  readonly isForeign: boolean
}

/**
 * Runs that belong together. Whatever starts one of them (start, add, retry, `run` of one run) enters the same queue, which
 * sends `concurrency` at a time for as long as there are subscribers.
 */
export class RunGroup<TInput, TOutput> {
  readonly actions = {
    start: (configs: readonly RunConfig<TInput, TOutput>[]) => this.#start(configs),
    add: (config: RunConfig<TInput, TOutput>) => this.#add(config),
    remove: (index: number) => this.#remove(index),
    retryFailed: () => this.#retryFailed(),
    cancelAll: () => ignorable(this.#cancelAll()),
    reset: () => this.#clear(),
  }
  readonly #listeners = new Set<() => void>()
  readonly #empty: GroupSnapshot<TInput, TOutput> = { runs: [], counts: countsOf([]), progress: null }
  readonly #queue = new Set<Job>()
  #snapshot = this.#empty
  #members: readonly Member<TInput, TOutput>[] = []
  #client: InferenceClient | undefined
  #options: GroupOptions<TInput, TOutput> = {}
  #isDispatching = false
  #resumedKey: string | undefined
  /** Runs are being shown that a reload, or another tab, left. */
  #isRestoring = false
  /** False while another tab may send what waits of a batch that was found here. */
  #isClaimed = false
  /** The batch began in this page: other tabs follow it, not the other way round. */
  #isOwn = false
  #saved = ''

  /** Called after every render, never during one. */
  configure(client: InferenceClient, options: GroupOptions<TInput, TOutput>) {
    const { concurrency, onUpdate } = this.#options
    this.#client = client
    this.#options = options
    // `onUpdate` alone makes the client keep updates: runs must know when there is one.
    if (Boolean(onUpdate) !== Boolean(options.onUpdate)) for (const member of this.#members) this.#configure(member)
    if (concurrency !== options.concurrency) this.#dispatchSoon()
  }

  /** Shows the batch that is kept under the current `resume` name; once for each name. */
  resume(key: string | undefined): () => void {
    const { resume } = this.#options
    if (key !== this.#resumedKey) {
      if (this.#resumedKey !== undefined && key !== undefined) this.#leave()
      this.#resumedKey = key
      if (resume && this.#members.length === 0) this.#restore(readBatch(resume))
    }
    if (!resume || key === undefined) return () => {}
    const stopListening = onBatchWritten(resume, () => this.#catchUp(resume))
    const unclaim = claimBatch(resume, () => {
      this.#isClaimed = true
      this.#catchUp(resume)
      this.#dispatchSoon()
    })
    return () => {
      stopListening()
      unclaim()
      this.#isClaimed = false
    }
  }

  getSnapshot = (): GroupSnapshot<TInput, TOutput> => this.#snapshot

  getServerSnapshot = (): GroupSnapshot<TInput, TOutput> => this.#empty

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    if (this.#listeners.size === 1) {
      this.#watch()
      this.#dispatchSoon()
    }
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size === 0) this.#unwatch()
    }
  }

  #start(configs: readonly RunConfig<TInput, TOutput>[]): Promise<RunOutcome<TOutput>[]> {
    // What is no list is one run, which ends with the reason.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    const given = Array.isArray(configs) ? configs : [configs as never]
    const members = given.map(() => this.#newMember())
    this.#replace(members)
    this.#isOwn = true
    const outcomes = members.map(({ store }, index) => store.actions.run(given[index]))
    this.#flush()
    return Promise.all(outcomes)
  }

  #add(config: RunConfig<TInput, TOutput>): number {
    const member = this.#newMember()
    this.#members = [...this.#members, member]
    this.#watch()
    void member.store.actions.run(config)
    this.#flush()
    return this.#members.length - 1
  }

  #remove(index: number) {
    const member = this.#members[index]
    if (!member) return
    member.unsubscribe()
    member.store.actions.reset()
    this.#members = this.#members.filter((one) => one !== member)
    this.#flush()
  }

  #retryFailed(): Promise<RunOutcome<TOutput>[]> {
    const failed = this.#members.filter(({ store }) => ['failed', 'error'].includes(store.getSnapshot().status))
    return Promise.all(failed.map(({ store }) => store.actions.retry()))
  }

  async #cancelAll() {
    await Promise.all(this.#members.map(({ store }) => store.actions.cancel()))
  }

  #clear() {
    this.#replace([])
    this.#isOwn = true
    this.#flush()
  }

  #replace(members: readonly Member<TInput, TOutput>[]) {
    for (const { store, unsubscribe } of this.#members) {
      unsubscribe()
      store.actions.reset()
    }
    this.#members = members
    this.#watch()
  }

  /** Shows nothing; what was shown goes on. */
  #leave() {
    this.#unwatch()
    this.#queue.clear()
    this.#members = []
    this.#isOwn = false
    this.#saved = ''
    this.#flush()
  }

  #restore(kept: readonly KeptRun<TInput, TOutput>[]) {
    const client = this.#client
    if (!client || kept.length === 0) return
    this.#isRestoring = true
    for (const run of kept) {
      const known = this.#members.find(({ name }) => name === run.name)
      const member = known ?? this.#newMember(run.name)
      if (!known) this.#members = [...this.#members, member]
      restore(member, client, run)
    }
    this.#isRestoring = false
    this.#watch()
    this.#flush()
  }

  /** Follows what another tab has sent meanwhile of a batch that this one found. */
  #catchUp(resume: Resume) {
    if (this.#isOwn) return
    const unsent = new Set(this.#members.filter(({ store }) => isUnsent(store.getSnapshot())).map(({ name }) => name))
    const known = new Set(this.#members.map(({ name }) => name))
    const changed = readBatch<TInput, TOutput>(resume).filter(({ name, taskId, isWaiting, ended }) => {
      if (!known.has(name)) return true
      // A request of another tab may still be answered, unless that tab has gone.
      return unsent.has(name) && !isWaiting && (taskId !== null || ended !== undefined || this.#isClaimed)
    })
    this.#restore(changed)
  }

  /** Writes what a reload needs, where that has changed. */
  #save() {
    const { resume } = this.#options
    if (!resume || keyOf(resume) !== this.#resumedKey || !(this.#isOwn || this.#isClaimed)) return
    const kept = this.#members.map(keptOf)
    const facts = kept.map(({ name, taskId, isWaiting, ended }) => [name, taskId, isWaiting, ended?.status].join())
    const next = facts.join(' ')
    if (next === this.#saved) return
    this.#saved = next
    writeBatch(resume, kept)
  }

  #newMember(name?: string): Member<TInput, TOutput> {
    const member = newMember<TInput, TOutput>((_, send) => this.#enqueue(send), name)
    this.#configure(member)
    return member
  }

  #configure(member: Member<TInput, TOutput>) {
    const indexOf = () => this.#members.indexOf(member)
    const { app, onUpdate } = this.#options
    if (!this.#client) return
    member.store.configure(this.#client, {
      app,
      onUpdate: onUpdate && ((update) => this.#options.onUpdate?.(indexOf(), update)),
      onComplete: (result) => this.#options.onComplete?.(indexOf(), result),
      onError: (error) => this.#options.onError?.(indexOf(), error),
      onSettled: (outcome) => this.#options.onSettled?.(indexOf(), outcome),
    })
  }

  #enqueue(send: () => void): () => void {
    const job = { send, isForeign: this.#isRestoring }
    this.#queue.add(job)
    this.#dispatchSoon()
    return () => this.#queue.delete(job)
  }

  /** In order, and not while React renders or a change is being delivered. */
  #dispatchSoon() {
    if (this.#isDispatching) return
    this.#isDispatching = true
    queueMicrotask(() => {
      this.#isDispatching = false
      this.#dispatch()
    })
  }

  #dispatch() {
    if (this.#listeners.size === 0 || this.#queue.size === 0) return
    const { concurrency = Infinity } = this.#options
    const { active } = countsOf(this.#members.map(({ store }) => store.getSnapshot()))
    // Zero would never start anything.
    let free = (concurrency >= 1 ? concurrency : 1) - active
    for (const job of this.#queue) {
      if (free < 1) break
      if (job.isForeign && !this.#isClaimed) continue
      free -= 1
      this.#queue.delete(job)
      job.send()
    }
    // Written before anything is sent, so that no reload sends it a second time.
    this.#save()
  }

  #watch() {
    if (this.#listeners.size === 0) return
    for (const member of this.#members) {
      member.unsubscribe()
      member.unsubscribe = member.store.subscribe(this.#changed)
    }
  }

  #unwatch() {
    for (const { unsubscribe } of this.#members) unsubscribe()
  }

  #changed = () => {
    pageGate.schedule(this.#flush)
    if (this.#queue.size > 0) this.#dispatchSoon()
  }

  #flush = () => {
    const runs = this.#members.map(({ view }) => view.getSnapshot())
    const states = this.#members.map(({ store }) => store.getSnapshot())
    const { runs: lastRuns, counts, progress } = this.#snapshot
    this.#snapshot = {
      runs: isShallowEqual(runs, lastRuns) ? lastRuns : runs,
      counts: keep(counts, countsOf(states)),
      progress: keep(progress, progressOf(states)),
    }
    notify(this.#listeners)
    this.#save()
    // A run that ended, or was taken out, has left its place to another.
    if (this.#queue.size > 0) this.#dispatchSoon()
  }
}

/** Of a batch that was found: nothing is known yet of what became of it. */
function isUnsent({ taskId, status, error }: RunSnapshot): boolean {
  return taskId === null && (status === 'waiting' || error?.mayHaveStarted === true)
}

/** The last value if the new one is equal. */
function keep<T extends object | null>(last: T, next: T): T {
  return last && next && isShallowEqual(Object.values(last), Object.values(next)) ? last : next
}

function isShallowEqual(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((value, index) => Object.is(value, b[index]))
}

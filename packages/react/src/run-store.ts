import { InferstreamError } from '@inferstream/client'
import type { FollowOptions, InferenceClient, RunConfig, TaskResult, TaskState, TaskStream } from '@inferstream/client'
import { pageGate } from './frame-gate.ts'
import type { FrameGate } from './frame-gate.ts'
import { readKept, writeKept } from './resume.ts'
import type { Kept } from './resume.ts'
import { idle, isOver, snapshotOf } from './run-snapshot.ts'
import { closed, detached, errorOf, newRun, outcomeOf, release, view } from './run.ts'
import type { Run } from './run.ts'
import type { RunActions, RunOutcome, RunSnapshot, UseStreamOptions } from './types.ts'

/** How long a run that nobody shows is still followed, so that StrictMode or a change of route costs no reconnect. */
export const lingerMs = 1000

/**
 * One run at a time, followed for as long as somebody subscribes. Its snapshot changes at most once a frame, and a run
 * that was replaced no longer speaks for it.
 */
export class RunStore<TInput = unknown, TOutput = unknown> {
  readonly actions: RunActions<TInput, TOutput> = {
    run: (config) => this.#start(config),
    cancel: () => this.#cancel(),
    retry: () => this.#retry(),
    attach: (taskId) => this.#attach(taskId),
    reset: () => this.#reset(),
  }
  readonly #gate: FrameGate
  readonly #listeners = new Set<() => void>()
  #client: InferenceClient | undefined
  #options: UseStreamOptions<TInput, TOutput> = {}
  #snapshot: RunSnapshot<TOutput> = idle
  #run: Run<TInput, TOutput> | null = null
  #linger: ReturnType<typeof setTimeout> | undefined
  /** False once nobody has shown the run for a moment: nothing is then kept open. */
  #open = false
  #resumed: string | undefined
  /** StrictMode mounts twice at once: what an effect runs then is sent a moment later, so that it is sent once. */
  #mounting: Promise<void> | null = null

  readonly #onOpenChange: ((open: boolean) => void) | undefined

  /** @param onOpenChange told when the first subscriber has come, and a moment after the last one has left */
  constructor(gate: FrameGate = pageGate, onOpenChange?: (open: boolean) => void) {
    this.#gate = gate
    this.#onOpenChange = onOpenChange
  }

  /** Called after every render, never during one, so that callbacks are always the latest. */
  configure(client: InferenceClient, options: UseStreamOptions<TInput, TOutput>) {
    this.#client = client
    this.#options = options
    if (this.#run?.stream) this.#read(this.#run, this.#run.stream)
  }

  getSnapshot = (): RunSnapshot<TOutput> => this.#snapshot

  getServerSnapshot = (): RunSnapshot<TOutput> => idle

  subscribe = (listener: () => void): (() => void) => {
    if (this.#listeners.size === 0) this.#mounting = this.#mounted()
    this.#listeners.add(listener)
    clearTimeout(this.#linger)
    this.#open = true
    this.#onOpenChange?.(true)
    const run = this.#run
    if (run?.taskId && !run.stream && !run.ended) this.#connect(run, run.taskId)
    return () => {
      this.#listeners.delete(listener)
      this.#releaseSoon()
    }
  }

  /** Shows the run that is kept under the current `resume` name; once for each name. */
  resume(key: string | undefined) {
    const { resume } = this.#options
    if (key === this.#resumed) return
    if (this.#resumed !== undefined && key !== undefined) {
      this.#replace(null, 'detach')
      this.#publish(idle)
    }
    this.#resumed = key
    const kept = resume && !this.#run ? readKept(resume) : null
    if (kept?.taskId) void this.follow(this.#requireClient(), kept.taskId, kept.app)
    else if (kept) this.#showUnanswered()
  }

  /** Takes a run that was started elsewhere in place of the current one, to be followed from the first subscriber on. */
  adopt(client: InferenceClient, taskId: string, app?: string): Run<TInput, TOutput> {
    const run = newRun<TInput, TOutput>(client, null, taskId, app)
    this.#replace(run, 'detach')
    this.#publish(snapshotOf<TOutput>(idle, { taskId, status: 'starting', connection: 'connecting' }))
    return run
  }

  /** Follows a run that was started elsewhere, in place of the current one, which is detached. */
  follow(client: InferenceClient, taskId: string, app?: string): Promise<RunOutcome<TOutput>> {
    const run = this.adopt(client, taskId, app)
    this.#remember({ taskId, app })
    this.#connect(run, taskId)
    return run.outcome
  }

  /** The page went while this run's request was unanswered, and with it what was asked for. */
  #showUnanswered() {
    this.#remember(null)
    const run = newRun<TInput, TOutput>(this.#requireClient(), null, null, undefined)
    this.#replace(run, 'detach')
    const message =
      'The page was left before the service had answered. The run may have started: starting it again may make two.'
    void this.#end(run, null, outcomeOf(new InferstreamError('network', message, { mayHaveStarted: true })))
  }

  /** Counts as cancelled without ever having been sent. */
  skip() {
    this.#publish(snapshotOf<TOutput>(idle, { status: 'cancelled', connection: 'closed' }))
  }

  #start<I extends TInput, O extends TOutput>(config: RunConfig<I, O>): Promise<RunOutcome<O>> {
    const run = newRun<TInput, TOutput>(this.#requireClient(), config, null, refOf(config))
    this.#replace(run, this.#options.replace ?? 'cancel')
    this.#publish(snapshotOf<TOutput>(idle, { status: 'starting', connection: 'connecting' }))
    run.accepted = this.#post(run, config)
    // The caller's app reference says more of this one run than the store knows of all of its runs.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return run.outcome as Promise<RunOutcome<O>>
  }

  async #post(run: Run<TInput, TOutput>, config: RunConfig<TInput, TOutput>) {
    if (this.#mounting) await this.#mounting
    if (this.#run !== run) return
    const { app } = run
    const keepUnanswered = () => this.#run === run && this.#remember({ taskId: null, app })
    globalThis.addEventListener?.('pagehide', keepUnanswered)
    try {
      if (run.cancelling) throw new InferstreamError('task_cancelled', 'Cancelled before it was sent.')
      const stream = await run.client.run(config, { ...this.#followOptions(), signal: run.abort.signal, stream: true })
      run.taskId = stream.taskId
      if (this.#run !== run) return stream.close()
      this.#remember({ taskId: stream.taskId, app })
      if (this.#open) this.#show(run, stream)
      else stream.close()
    } catch (error) {
      const problem = errorOf(error)
      // Nothing was started, which is what the person asked for.
      const unsent = run.cancelling && !problem.mayHaveStarted
      if (problem.mayHaveStarted) keepUnanswered()
      void this.#end(run, null, unsent ? { status: 'cancelled' } : outcomeOf(problem))
    } finally {
      globalThis.removeEventListener?.('pagehide', keepUnanswered)
    }
  }

  #connect(run: Run<TInput, TOutput>, taskId: string) {
    try {
      this.#show(run, run.client.tasks.stream(taskId, this.#followOptions()))
    } catch (error) {
      // An id that cannot be one.
      void this.#end(run, null, outcomeOf(errorOf(error)))
    }
  }

  #show(run: Run<TInput, TOutput>, stream: TaskStream<TOutput>) {
    const before = this.#snapshot
    const flush = () => {
      if (run.stream === stream) this.#publish(view(run, stream.state, before))
    }
    let first = true
    run.stream = stream
    run.unsubscribe = stream.subscribe(() => {
      this.#gate.schedule(flush, first || isOver(stream.state))
      first = false
    })
    this.#read(run, stream)
    flush()
    const end = (outcome: RunOutcome<TOutput>, result?: TaskResult<TOutput>) =>
      void this.#end(run, stream, outcome, result)
    stream.result.then(
      (result) => end({ status: 'completed', output: result.output }, result),
      (error: unknown) => end(outcomeOf(errorOf(error))),
    )
  }

  async #end(
    run: Run<TInput, TOutput>,
    stream: TaskStream<TOutput> | null,
    outcome: RunOutcome<TOutput>,
    result?: TaskResult<TOutput>,
  ) {
    if (this.#run !== run || run.stream !== stream || run.ended) return
    run.ended = true
    release(run)
    const last = stream ? view(run, stream.state, this.#snapshot) : this.#snapshot
    this.#publish(closed(last, outcome))
    if (result && run.app) void keepDuration(run.app, result.state)
    if (outcome.status === 'error' && outcome.error.code === 'not_found') this.#remember(null)
    await run.read
    run.settle(outcome)
    if (this.#run !== run || !this.#open) return
    const { onComplete, onError, onSettled } = this.#options
    if (result) safely(() => onComplete?.(result))
    if ('error' in outcome) safely(() => onError?.(outcome.error))
    safely(() => onSettled?.(outcome))
  }

  /** `onUpdate` alone makes the client keep updates for us; the snapshot does not need them. */
  #read(run: Run<TInput, TOutput>, stream: TaskStream<TOutput>) {
    if (run.read || !this.#options.onUpdate) return
    const readAll = async () => {
      let lines = 0
      for await (const batch of stream.batches()) {
        for (const update of batch) {
          if (this.#run !== run) return
          // A second connection tells every line from the start.
          const known = Math.max(0, run.linesRead - lines)
          lines += update.logs.length
          run.linesRead = Math.max(run.linesRead, lines)
          const fresh = known > 0 ? { ...update, logs: update.logs.slice(known) } : update
          safely(() => this.#options.onUpdate?.(fresh))
        }
      }
    }
    // Why it ended is told by `result`.
    run.read = readAll().catch(() => {})
  }

  #cancel(): Promise<void> {
    const run = this.#run
    if (!run || run.ended) return Promise.resolve()
    run.cancelling ??= this.#requestCancel(run)
    return run.cancelling
  }

  async #requestCancel(run: Run<TInput, TOutput>) {
    this.#publish(snapshotOf(this.#snapshot, { status: 'cancelling' }))
    if (!run.taskId) await run.accepted
    if (!run.taskId || run.ended) return
    try {
      await (run.stream ? run.stream.cancel() : run.client.tasks.cancel(run.taskId))
    } catch (error) {
      run.cancelling = null
      if (this.#run !== run || run.ended) return
      if (run.stream) this.#publish(view(run, run.stream.state, this.#snapshot))
      safely(() => this.#options.onWarning?.(errorOf(error)))
    }
  }

  #attach(taskId: string) {
    const client = this.#requireClient()
    const run = this.#run
    const isFollowed = run?.taskId === taskId && run.client === client && !run.ended
    if (!isFollowed) void this.follow(client, taskId)
  }

  #retry(): Promise<RunOutcome<TOutput>> {
    const run = this.#run
    if (run?.config) return this.#start(run.config)
    if (run?.taskId) return this.follow(run.client, run.taskId, run.app)
    const error = new InferstreamError('config', 'What to run is not known here: start it anew.')
    // A run that went with its page: whoever pressed the button is told why nothing happens.
    if (run) this.#publish(snapshotOf(this.#snapshot, { error }))
    return Promise.resolve({ status: 'error', error })
  }

  #reset() {
    this.#replace(null, this.#options.replace ?? 'cancel')
    this.#remember(null)
    this.#publish(idle)
  }

  #replace(next: Run<TInput, TOutput> | null, replace: 'cancel' | 'detach') {
    const run = this.#run
    this.#run = next
    if (next && this.#listeners.size === 0) {
      this.#open = true
      this.#releaseSoon()
    }
    if (!run || run.ended) return
    const { stream, taskId } = run
    release(run)
    if (replace === 'detach' || !run.config) {
      stream?.close()
      run.settle({ status: 'error', error: detached(taskId) })
      return
    }
    if (taskId === null) run.abort.abort()
    // What a replaced run's service answers is nobody's business any more.
    else (stream ? stream.cancel() : run.client.tasks.cancel(taskId)).catch(() => {})
    stream?.close()
    run.settle({ status: 'cancelled' })
  }

  #releaseSoon() {
    if (this.#listeners.size > 0) return
    clearTimeout(this.#linger)
    this.#linger = setTimeout(() => {
      this.#open = false
      this.#onOpenChange?.(false)
      const run = this.#run
      if (!run || run.ended) return
      run.stream?.close()
      release(run)
      run.settle({ status: 'error', error: detached(run.taskId) })
    }, lingerMs)
  }

  async #mounted() {
    await Promise.resolve()
    this.#mounting = null
  }

  #publish(snapshot: RunSnapshot<TOutput>) {
    this.#snapshot = snapshot
    for (const listener of this.#listeners) listener()
  }

  #remember(kept: Kept | null) {
    if (this.#options.resume) writeKept(this.#options.resume, kept)
  }

  #followOptions(): FollowOptions {
    const { timeoutMs, onTimeout, maxLogLines, onEvent } = this.#options
    return {
      timeoutMs,
      onTimeout,
      maxLogLines,
      onEvent: onEvent && ((record) => this.#options.onEvent?.(record)),
      onWarning: (warning) => this.#options.onWarning?.(warning),
    }
  }

  #requireClient(): InferenceClient {
    if (this.#client) return this.#client
    throw new InferstreamError('config', 'Call run and attach from an event or an effect, not while rendering.')
  }
}

/** Loaded only now: it is for the next run's estimate, which can do without. */
async function keepDuration(app: string, state: TaskState) {
  try {
    const { recordDuration } = await import('./record-duration.ts')
    recordDuration(app, state)
  } catch {}
}

/** A config that is none, or has no app, is refused when it is sent. */
function refOf(config: RunConfig | null | undefined): string | undefined {
  const app: RunConfig['app'] | null | undefined = config?.app
  return typeof app === 'string' ? app : app?.ref
}

/** A callback that throws is reported as any other uncaught error, and disturbs nobody. */
function safely(callback: () => void) {
  try {
    callback()
  } catch (error) {
    queueMicrotask(() => {
      throw error
    })
  }
}

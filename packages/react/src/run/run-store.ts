import { InferstreamError } from '@inferstream/client'
import type { FollowOptions, InferenceClient, RunConfig, TaskResult, TaskState, TaskStream } from '@inferstream/client'
import { pageGate } from '../store/frame-gate.ts'
import type { FrameGate } from '../store/frame-gate.ts'
import { readKept, writeKept } from '../storage/resume.ts'
import type { Kept } from '../storage/resume.ts'
import { idle, snapshotOf } from './run-snapshot.ts'
import { closed, detached, errorOf, newRun, outcomeOf, release, view } from './run.ts'
import type { Run } from './run.ts'
import { readUpdates } from './run-updates.ts'
import { ignorable, safely } from './safely.ts'
import { holdStream, streamOf } from './shared-streams.ts'
import type { ViewSource } from '../store/tracked-view.ts'
import type { RunActions, RunOutcome, RunSnapshot, UseStreamOptions } from '../types.ts'

/** How long a run that nobody shows is still followed, so that StrictMode or a change of route costs no reconnect. */
export const lingerMs = 1000

export interface RunStore<TInput = unknown, TOutput = unknown> extends ViewSource<RunSnapshot<TOutput>> {
  readonly actions: RunActions<TInput, TOutput>
  /** Called after every render, never during one, so that callbacks are always the latest. */
  configure(client: InferenceClient, options: UseStreamOptions<TInput, TOutput>): void
  /** Shows the run that is kept under the current `resume` name; once for each name. */
  resume(key: string | undefined): void
  /** Takes a run that was started elsewhere in place of the current one, to be followed from the first subscriber on. */
  adopt(client: InferenceClient, taskId: string): void
  /** Follows a run that was started elsewhere, in place of the current one, which is detached. */
  follow(client: InferenceClient, taskId: string): Promise<RunOutcome<TOutput>>
  /** Counts as cancelled without ever having been sent; `retry` sends it. */
  skip(config: RunConfig<TInput, TOutput>): void
}

/**
 * One run at a time, followed for as long as somebody subscribes. Its snapshot changes at most once a frame, and a run
 * that was replaced no longer speaks for it.
 * @param onRelease told a moment after the last subscriber has left
 */
export function createRunStore<TInput = unknown, TOutput = unknown>(
  gate: FrameGate = pageGate,
  onRelease?: () => void,
): RunStore<TInput, TOutput> {
  type OwnRun = Run<TInput, TOutput>
  const listeners = new Set<() => void>()
  /** What callbacks hear if the run is shown again: while nobody shows it, its component may be gone. */
  const untold: (() => void)[] = []
  let client: InferenceClient | undefined
  let options: UseStreamOptions<TInput, TOutput> = {}
  let snapshot: RunSnapshot<TOutput> = idle
  let current: OwnRun | null = null
  let linger: ReturnType<typeof setTimeout> | undefined
  /** False once nobody has shown the run for a moment: nothing is then kept open. */
  let isOpen = false
  let resumed: string | undefined

  return {
    actions: { run: start, cancel: () => ignorable(cancel()), retry, attach, reset },
    configure(nextClient, nextOptions) {
      client = nextClient
      options = nextOptions
      if (current?.stream) read(current, current.stream)
    },
    getSnapshot: () => snapshot,
    getServerSnapshot: () => idle,
    subscribe,
    resume,
    adopt,
    follow,
    skip(config) {
      current = newRun(requireClient(), config, null)
      current.ended = true
      publish(closed<TOutput>(idle, { status: 'cancelled' }))
    },
  }

  function subscribe(listener: () => void) {
    listeners.add(listener)
    clearTimeout(linger)
    isOpen = true
    for (const callback of untold.splice(0)) safely(callback)
    if (current?.taskId && !current.stream && !current.ended) connect(current, current.taskId)
    return () => {
      listeners.delete(listener)
      releaseSoon()
    }
  }

  function releaseSoon() {
    if (listeners.size > 0) return
    clearTimeout(linger)
    linger = setTimeout(() => {
      isOpen = false
      onRelease?.()
      if (current) letGo(current)
    }, lingerMs)
  }

  function start<I extends TInput, O extends TOutput>(config: RunConfig<I, O>): Promise<RunOutcome<O>> {
    const run = newRun<TInput, TOutput>(requireClient(), config, null)
    replace(run, options.replace)
    run.accepted = post(run, config)
    // The caller's app reference says more of this one run than the store knows of all of its runs.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return run.outcome as Promise<RunOutcome<O>>
  }

  async function post(run: OwnRun, config: RunConfig<TInput, TOutput>) {
    // StrictMode runs an effect twice at once: what it runs is sent a moment later, so that it is sent once.
    await Promise.resolve()
    if (current !== run) return
    const { app } = run
    const asked = followOptions(run)
    const keepUnanswered = () => current === run && remember({ taskId: null, app })
    globalThis.addEventListener?.('pagehide', keepUnanswered)
    try {
      const stream = await run.client.run(config, { ...asked, signal: run.abort.signal, stream: true })
      run.taskId = stream.taskId
      if (current !== run) return stream.close()
      remember({ taskId: stream.taskId, app })
      if (isOpen) show(run, stream, asked)
      else stream.close()
    } catch (error) {
      const problem = errorOf(error)
      if (problem.mayHaveStarted) keepUnanswered()
      // Nothing was started, which is what the person asked for.
      const isUnsent = run.cancelling && !problem.mayHaveStarted
      void end(run, null, isUnsent ? { status: 'cancelled' } : outcomeOf(problem))
    } finally {
      globalThis.removeEventListener?.('pagehide', keepUnanswered)
    }
  }

  function resume(key: string | undefined) {
    if (key === resumed) return
    if (resumed !== undefined && key !== undefined) replace(null, 'detach')
    resumed = key
    const kept = options.resume && !current ? readKept(options.resume) : null
    if (!kept) return
    if (kept.taskId !== null) {
      void follow(requireClient(), kept.taskId, kept.app)
      return
    }
    // The page went while the request was unanswered, and with it what was asked for.
    remember(null)
    const message = 'The page was left before the service answered: running it again may make two runs.'
    const lost = new InferstreamError('network', message, { mayHaveStarted: true })
    void end(adopt(requireClient(), null), null, outcomeOf(lost))
  }

  function attach(taskId: string) {
    const owner = requireClient()
    if (current?.taskId !== taskId || current.client !== owner || current.ended) void follow(owner, taskId)
  }

  function follow(owner: InferenceClient, taskId: string, app?: string) {
    const run = adopt(owner, taskId, app)
    remember({ taskId, app })
    connect(run, taskId)
    return run.outcome
  }

  function adopt(owner: InferenceClient, taskId: string | null, app?: string) {
    const run = newRun<TInput, TOutput>(owner, null, taskId, app)
    replace(run, 'detach')
    return run
  }

  function connect(run: OwnRun, taskId: string) {
    const asked = followOptions(run)
    try {
      // A stream tells what the caller says that its app outputs.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      show(run, streamOf(run.client, taskId, asked) as TaskStream<TOutput>, asked)
    } catch (error) {
      // An id that cannot be one.
      void end(run, null, outcomeOf(error))
    }
  }

  function show(run: OwnRun, stream: TaskStream<TOutput>, asked: FollowOptions) {
    const before = snapshot
    const flush = () => {
      if (run.stream === stream) publish(view(run, stream.state, before))
    }
    let isFirst = true
    run.stream = stream
    run.leave = holdStream(run.client, stream, asked, () => {
      gate.schedule(flush, isFirst || stream.state.connection === 'closed')
      isFirst = false
    })
    read(run, stream)
    flush()
    stream.result.then(
      (result) => end(run, stream, { status: 'completed', output: result.output }, result),
      (error: unknown) => end(run, stream, outcomeOf(error)),
    )
  }

  /** `onUpdate` alone makes the client keep updates for us; the snapshot does not need them. */
  function read(run: OwnRun, stream: TaskStream<TOutput>) {
    if (run.read || !options.onUpdate) return
    run.read = readUpdates(run, stream, (update) => tell(run, () => options.onUpdate?.(update)))
  }

  async function end(
    run: OwnRun,
    stream: TaskStream<TOutput> | null,
    outcome: RunOutcome<TOutput>,
    result?: TaskResult<TOutput>,
  ) {
    if (current !== run || run.stream !== stream || run.ended) return
    run.ended = true
    release(run)
    publish(closed(stream ? view(run, stream.state, snapshot) : snapshot, outcome))
    if (result && run.app) keepDuration(run.app, result.state)
    if (outcome.status === 'error' && outcome.error.code === 'not_found') remember(null)
    await run.read
    run.settle(outcome)
    tell(run, () => {
      const { onComplete, onError, onSettled } = options
      if (result) safely(() => onComplete?.(result))
      if ('error' in outcome) safely(() => onError?.(outcome.error))
      onSettled?.(outcome)
    })
  }

  function tell(run: OwnRun, callback: () => void) {
    const tellNow = () => {
      if (current === run) callback()
    }
    if (listeners.size > 0) safely(tellNow)
    else if (isOpen) untold.push(tellNow)
  }

  async function cancel() {
    if (current && !current.ended) await (current.cancelling ??= requestCancel(current))
  }

  async function requestCancel(run: OwnRun) {
    publish(snapshotOf(snapshot, { status: 'cancelling' }))
    await run.accepted
    if (!run.taskId || run.ended) return
    try {
      await (run.stream ?? run.client.tasks).cancel(run.taskId)
    } catch (error) {
      run.cancelling = null
      if (current !== run || run.ended) return
      if (run.stream) publish(view(run, run.stream.state, snapshot))
      tell(run, () => options.onWarning?.(errorOf(error)))
      throw error
    }
  }

  async function retry(): Promise<RunOutcome<TOutput>> {
    if (current?.config) return start(current.config)
    if (current?.taskId) return follow(current.client, current.taskId, current.app)
    const error = new InferstreamError('config', 'What to run is not known here: start it anew.')
    // A run that went with its page: whoever pressed the button is told why nothing happens.
    if (current) publish(snapshotOf(snapshot, { error }))
    return { status: 'error', error }
  }

  function reset() {
    remember(null)
    replace(null, options.replace)
  }

  /** Shows another run, or none, from its beginning. */
  function replace(next: OwnRun | null, how: 'cancel' | 'detach' = 'cancel') {
    const run = current
    current = next
    // Until somebody shows it, for a moment.
    isOpen = true
    releaseSoon()
    if (run && how === 'cancel' && run.config && !run.ended) {
      const { stream, taskId } = run
      letGo(run, { status: 'cancelled' })
      if (taskId === null) run.abort.abort()
      // What a replaced run's service answers is nobody's business any more.
      else (stream ?? run.client.tasks).cancel(taskId).catch(() => {})
    } else if (run) letGo(run)
    publish(
      next ? snapshotOf<TOutput>(idle, { taskId: next.taskId, status: 'starting', connection: 'connecting' }) : idle,
    )
  }

  /** Follows a run no longer, if it still goes on. */
  function letGo(run: OwnRun, outcome: RunOutcome<TOutput> = { status: 'error', error: detached(run.taskId) }) {
    if (run.ended) return
    release(run)
    run.settle(outcome)
  }

  function publish(next: RunSnapshot<TOutput>) {
    snapshot = next
    for (const listener of listeners) listener()
  }

  function remember(kept: Kept | null) {
    if (options.resume) void writeKept(options.resume, kept)
  }

  function followOptions(run: OwnRun): FollowOptions {
    return {
      ...options,
      onEvent: options.onEvent && ((record) => tell(run, () => options.onEvent?.(record))),
      onWarning: (warning) => tell(run, () => options.onWarning?.(warning)),
    }
  }

  function requireClient(): InferenceClient {
    if (client) return client
    throw new InferstreamError('config', 'Call run and attach from an event or an effect, not while rendering.')
  }
}

/** Loaded only now: it is for the next run's estimate, which can do without. */
function keepDuration(app: string, state: TaskState) {
  import('../storage/record-duration.ts').then(({ recordDuration }) => recordDuration(app, state)).catch(() => {})
}

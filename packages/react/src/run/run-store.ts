import { InferstreamError } from '@inferstream/client'
import type { FollowOptions, InferenceClient, RunConfig, TaskResult, TaskState, TaskStream } from '@inferstream/client'
import { notify } from '../store/notify.ts'
import { pageGate } from '../store/frame-gate.ts'
import type { FrameGate } from '../store/frame-gate.ts'
import { readKept, writeKept } from '../storage/resume.ts'
import type { Kept } from '../storage/resume.ts'
import { ignorable } from './ignorable.ts'
import { idle, snapshotOf } from './run-snapshot.ts'
import { closed, detachedError, errorOf, lostError, newRun, outcomeOf, view } from './run.ts'
import type { Run, RunOrigin } from './run.ts'
import { newObserver, readUpdates, setCallbacks, turnTo } from './run-observer.ts'
import type { RunObserver } from './run-observer.ts'
import { safely } from './safely.ts'
import { holdStream, streamOf } from './shared-streams.ts'
import type { ViewSource } from '../store/tracked-view.ts'
import type { AppOption, RunActions, RunCallbacks, RunOutcome, RunSnapshot, UseStreamOptions } from '../types.ts'

/** How long a run that nothing shows is still followed, in ms, so that StrictMode or a change of route costs no reconnect. */
export const lingerMs = 1000

export interface StoreOptions<TInput, TOutput> extends UseStreamOptions<TInput, TOutput> {
  /** With it, `run` takes the input alone. */
  app?: AppOption<TInput, TOutput> | undefined
}

/** Calls `send` when a run's turn comes. Returns the function that gives up its place. */
export type Schedule = (send: () => void) => () => void

export interface RunStore<TInput = unknown, TOutput = unknown> extends ViewSource<RunSnapshot<TOutput>> {
  readonly actions: RunActions<TInput, TOutput>
  /** Called after every render, never during one, so that callbacks are always the latest. */
  configure(client: InferenceClient, options: StoreOptions<TInput, TOutput>): void
  /** Calls these callbacks too, until the returned function is called. */
  observe(observer: RunObserver<TOutput>, readsUpdates: boolean): () => void
  /** What the run shown was started with; null where that is not known. */
  getConfig(): RunConfig<TInput, TOutput> | null
  /** `run` of a whole config. */
  start(config: RunConfig<TInput, TOutput>): Promise<RunOutcome<TOutput>>
  /** Shows the run that is kept under the current `resume` name; once for each name. */
  resume(key: string | undefined): void
  /** Takes a run that was started elsewhere in place of the current one, to be followed from the first subscriber on. */
  adopt(client: InferenceClient, origin: RunOrigin<TInput, TOutput>): Run<TInput, TOutput>
  /** Follows a run that was started elsewhere, in place of the current one, which is detached. */
  follow(client: InferenceClient, origin: RunOrigin<TInput, TOutput>): Promise<RunOutcome<TOutput>>
  /** Shows a run that ended without ever having had an id. */
  showEnded(client: InferenceClient, origin: RunOrigin<TInput, TOutput>, outcome: RunOutcome<TOutput>): void
}

interface RunStoreSetup {
  gate?: FrameGate
  /** Called a moment after the last subscriber has left. */
  onRelease?: () => void
  /** Without it a run is sent at once. */
  schedule?: Schedule
}

/** One run at a time, followed for as long as it has subscribers. Its snapshot changes at most once a frame. */
export function createRunStore<TInput = unknown, TOutput = unknown>({
  gate = pageGate,
  onRelease,
  schedule,
}: RunStoreSetup = {}): RunStore<TInput, TOutput> {
  type OwnRun = Run<TInput, TOutput>
  const listeners = new Set<() => void>()
  /** The hook that owns this store; those that share it come and go. */
  const owner = newObserver<TOutput>()
  const observers = new Set<RunObserver<TOutput>>([owner])
  /** Delivered if the run is shown again: while nothing shows it, its component may be gone. */
  const pendingCallbacks: (() => void)[] = []
  let client: InferenceClient | undefined
  let options: StoreOptions<TInput, TOutput> = {}
  let snapshot: RunSnapshot<TOutput> = idle
  let current: OwnRun | null = null
  let detachTimer: ReturnType<typeof setTimeout> | undefined
  /** False once nothing has shown the run for a moment: nothing is then kept open. */
  let isOpen = false
  let resumedKey: string | undefined

  return {
    actions: { run, cancel: () => ignorable(cancel()), retry, attach, reset },
    configure(nextClient, nextOptions) {
      client = nextClient
      options = nextOptions
      setCallbacks(owner, nextOptions)
      owner.readsUpdates = Boolean(nextOptions.onUpdate)
      if (current) read(current, owner)
    },
    observe(observer, readsUpdates) {
      observer.readsUpdates = readsUpdates
      observers.add(observer)
      if (current) {
        turnTo(observer, current)
        read(current, observer)
        if (current.end) deliverEnd(current, observer)
      }
      return () => {
        observers.delete(observer)
        observer.reading = null
      }
    },
    getSnapshot: () => snapshot,
    getServerSnapshot: () => idle,
    getConfig: () => current?.config ?? null,
    subscribe,
    start,
    resume,
    adopt,
    follow,
    showEnded: (by, origin, outcome) => void end(adopt(by, origin), null, outcome),
  }

  function subscribe(listener: () => void) {
    listeners.add(listener)
    clearTimeout(detachTimer)
    isOpen = true
    for (const callback of pendingCallbacks.splice(0)) safely(callback)
    if (current?.taskId && !current.stream && !current.end) connect(current, current.taskId)
    return () => {
      listeners.delete(listener)
      detachSoon()
    }
  }

  function detachSoon() {
    if (listeners.size > 0) return
    clearTimeout(detachTimer)
    detachTimer = setTimeout(() => {
      isOpen = false
      onRelease?.()
      if (current) detach(current)
    }, lingerMs)
  }

  function run<I extends TInput, O extends TOutput>(config: RunConfig<I, O>): Promise<RunOutcome<O>> {
    const { app } = options
    // With an app it is the input alone that is given: see `AppRunActions`.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    const whole = app === undefined ? config : ({ app, input: config } as unknown as RunConfig<I, O>)
    // The caller's app reference says more of this one run than the store knows of all of its runs.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return start(whole) as Promise<RunOutcome<O>>
  }

  function start(config: RunConfig<TInput, TOutput>): Promise<RunOutcome<TOutput>> {
    const next = newRun<TInput, TOutput>(requireClient(), { config, isOwn: true })
    if (schedule) {
      next.leaveQueue = schedule(() => {
        next.leaveQueue = null
        if (current !== next || next.end) return
        publish(snapshotOf(snapshot, { status: 'starting', connection: 'connecting' }))
        next.accepted = post(next, config)
      })
    }
    replace(next, options.replace)
    if (!schedule) next.accepted = post(next, config)
    return next.outcome
  }

  async function post(sent: OwnRun, config: RunConfig<TInput, TOutput>) {
    // StrictMode runs an effect twice at once: what it runs is sent a moment later, so that it is sent once.
    await Promise.resolve()
    if (current !== sent) return
    const { app } = sent
    const followed = followOptions(sent)
    const keepUnanswered = () => current === sent && !sent.end && remember({ taskId: null, app })
    globalThis.addEventListener?.('pagehide', keepUnanswered)
    try {
      const stream = await sent.client.run(config, {
        ...followed,
        signal: sent.abort.signal,
        stream: true,
        onUploadProgress: (fraction) => showUpload(sent, fraction),
      })
      sent.taskId = stream.taskId
      // Cancelled while its input was uploaded, by a transport that is deaf to its signal.
      if (sent.end) stream.cancel().catch(() => {})
      if (current !== sent || sent.end) return stream.close()
      remember({ taskId: stream.taskId, app })
      if (isOpen) show(sent, stream, followed)
      else stream.close()
    } catch (error) {
      const problem = errorOf(error)
      if (problem.mayHaveStarted) keepUnanswered()
      // Nothing was started, which is what the person asked for.
      const isUnsent = sent.cancelling && !problem.mayHaveStarted
      void end(sent, null, isUnsent ? { status: 'cancelled' } : outcomeOf(problem))
    } finally {
      globalThis.removeEventListener?.('pagehide', keepUnanswered)
    }
  }

  function showUpload(sent: OwnRun, fraction: number | null) {
    if (current !== sent || sent.end) return
    sent.isUploading = fraction !== null
    // Cancelled in the moment before the upload began.
    if (sent.isUploading && sent.cancelling) abandonUnsent(sent)
    else publish(snapshotOf(snapshot, { uploadProgress: fraction }))
  }

  function resume(key: string | undefined) {
    if (key === resumedKey) return
    if (resumedKey !== undefined && key !== undefined) replace(null, 'detach')
    resumedKey = key
    const kept = options.resume && !current ? readKept(options.resume) : null
    if (!kept) return
    const { taskId, app } = kept
    if (taskId !== null) {
      void follow(requireClient(), { taskId, app })
      return
    }
    // The page went while the request was unanswered, and with it what was to be run.
    remember(null)
    void end(adopt(requireClient(), {}), null, outcomeOf(lostError()))
  }

  function attach(taskId: string) {
    const by = requireClient()
    if (current?.taskId !== taskId || current.client !== by || current.end) void follow(by, { taskId })
    else current.stream?.retryNow?.()
  }

  function follow(by: InferenceClient, origin: RunOrigin<TInput, TOutput>) {
    const followed = adopt(by, origin)
    const { taskId, app } = followed
    if (taskId === null) return followed.outcome
    remember({ taskId, app })
    connect(followed, taskId)
    return followed.outcome
  }

  function adopt(by: InferenceClient, origin: RunOrigin<TInput, TOutput>) {
    const adopted = newRun<TInput, TOutput>(by, origin)
    replace(adopted, 'detach')
    return adopted
  }

  function connect(followed: OwnRun, taskId: string) {
    const wanted = followOptions(followed)
    try {
      // What a task outputs is what the caller says that its app outputs.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      show(followed, streamOf(followed.client, taskId, wanted) as TaskStream<TOutput>, wanted)
    } catch (error) {
      // An invalid id, or options that make no sense.
      void end(followed, null, outcomeOf(error))
    }
  }

  function show(shown: OwnRun, stream: TaskStream<TOutput>, wanted: FollowOptions) {
    const before = snapshot
    const flush = () => {
      if (shown.stream === stream) publish(view(shown, stream.state, before))
    }
    let isFirst = true
    shown.stream = stream
    shown.leave = holdStream(shown.client, stream, wanted, () => {
      gate.schedule(flush, isFirst || stream.state.connection === 'closed')
      isFirst = false
    })
    for (const observer of observers) read(shown, observer)
    flush()
    stream.result.then(
      (result) => end(shown, stream, { status: 'completed', output: result.output }, result),
      (error: unknown) => end(shown, stream, outcomeOf(error)),
    )
  }

  /** Only a reader makes the client keep updates; the snapshot does not need them. */
  function read({ stream }: OwnRun, observer: RunObserver<TOutput>) {
    const followed = current
    if (!stream || !followed || !observer.readsUpdates) return
    turnTo(observer, followed)
    if (observer.reading?.stream === stream) return
    observer.read = readUpdates(observer, stream, (update) =>
      deliver(followed, observer, ({ onUpdate }) => onUpdate?.(update)),
    )
  }

  async function end(
    ended: OwnRun,
    stream: TaskStream<TOutput> | null,
    outcome: RunOutcome<TOutput>,
    result?: TaskResult<TOutput>,
  ) {
    if (current !== ended || ended.stream !== stream || ended.end) return
    ended.end = { outcome, result }
    ended.leave()
    ended.stream = null
    publish(closed(stream ? view(ended, stream.state, snapshot) : snapshot, outcome))
    if (result && ended.app) keepDuration(ended.app, result.state)
    if (outcome.status === 'error' && outcome.error.code === 'not_found') remember(null)
    // A waiting reader costs a turn of the microtask queue; without one the end is delivered in this one.
    const reads = [...observers].flatMap(({ run: about, read: reading }) =>
      about === ended && reading ? [reading] : [],
    )
    await Promise.all(reads)
    ended.settle(outcome)
    for (const observer of observers) deliverEnd(ended, observer)
  }

  function deliverEnd(ended: OwnRun, observer: RunObserver<TOutput>) {
    turnTo(observer, ended)
    if (observer.isEndDelivered || !ended.end) return
    observer.isEndDelivered = true
    const { outcome, result } = ended.end
    deliver(ended, observer, ({ onComplete, onError, onSettled }) => {
      if (result) safely(() => onComplete?.(result))
      if ('error' in outcome) safely(() => onError?.(outcome.error))
      onSettled?.(outcome)
    })
  }

  function deliver(about: OwnRun, observer: RunObserver<TOutput>, call: (callbacks: RunCallbacks<TOutput>) => void) {
    const deliverNow = () => {
      if (current === about) call(observer.callbacks)
    }
    if (listeners.size > 0) safely(deliverNow)
    else if (isOpen) pendingCallbacks.push(deliverNow)
  }

  async function cancel() {
    const cancelled = current
    if (!cancelled || cancelled.end) return
    if (cancelled.leaveQueue || cancelled.isUploading) abandonUnsent(cancelled)
    else await (cancelled.cancelling ??= requestCancel(cancelled))
  }

  /** Ends a run of which nothing was sent but Blobs. */
  function abandonUnsent(unsent: OwnRun) {
    unsent.leaveQueue?.()
    unsent.leaveQueue = null
    unsent.abort.abort()
    void end(unsent, null, { status: 'cancelled' })
  }

  async function requestCancel(cancelled: OwnRun) {
    publish(snapshotOf(snapshot, { status: 'cancelling' }))
    // The outcome comes first where nothing was sent but Blobs.
    await Promise.race([cancelled.accepted, cancelled.outcome])
    if (!cancelled.taskId || cancelled.end) return
    try {
      await (cancelled.stream ?? cancelled.client.tasks).cancel(cancelled.taskId)
    } catch (error) {
      cancelled.cancelling = null
      if (current !== cancelled || cancelled.end) return
      if (cancelled.stream) publish(view(cancelled, cancelled.stream.state, snapshot))
      warn(cancelled, errorOf(error))
      throw error
    }
  }

  async function retry(): Promise<RunOutcome<TOutput>> {
    if (current?.config) return start(current.config)
    if (current?.taskId) return follow(current.client, { taskId: current.taskId, app: current.app })
    const error = new InferstreamError('config', 'What to run is not known here: start it again.')
    // A run that went with its page: the person who pressed the button sees why nothing happens.
    if (current) publish(snapshotOf(snapshot, { error }))
    return { status: 'error', error }
  }

  function reset() {
    remember(null)
    replace(null, options.replace)
  }

  /** Shows another run, or none, from its beginning. */
  function replace(next: OwnRun | null, how: 'cancel' | 'detach' = 'cancel') {
    const replaced = current
    current = next
    // Until a subscriber shows it, for a moment.
    isOpen = true
    detachSoon()
    replaced?.leaveQueue?.()
    if (replaced?.isOwn && !replaced.end && (how !== 'detach' || replaced.leaveQueue)) {
      const { stream, taskId } = replaced
      detach(replaced, { status: 'cancelled' })
      if (taskId === null) replaced.abort.abort()
      // The answer no longer concerns anything shown here.
      else (stream ?? replaced.client.tasks).cancel(taskId).catch(() => {})
    } else if (replaced) detach(replaced)
    if (!next) return publish(idle)
    const { taskId } = next
    const begun = next.leaveQueue ? ({ status: 'waiting' } as const) : sentNow
    publish(snapshotOf<TOutput>(idle, { taskId, ...begun }))
  }

  /** Stops following a run that has not ended; the run goes on. */
  function detach(
    detached: OwnRun,
    outcome: RunOutcome<TOutput> = { status: 'error', error: detachedError(detached.taskId) },
  ) {
    if (detached.end) return
    detached.leave()
    detached.leave = () => {}
    detached.stream = null
    for (const observer of observers) if (observer.run === detached) observer.reading = null
    detached.settle(outcome)
  }

  function publish(next: RunSnapshot<TOutput>) {
    snapshot = next
    notify(listeners)
  }

  function remember(kept: Kept | null) {
    if (options.resume) void writeKept(options.resume, kept)
  }

  function followOptions(about: OwnRun): FollowOptions {
    const { onEvent } = options
    return {
      ...options,
      onEvent: onEvent && ((record) => deliver(about, owner, () => options.onEvent?.(record))),
      onWarning: (warning) => warn(about, warning),
    }
  }

  function warn(about: OwnRun, warning: InferstreamError) {
    deliver(about, owner, () => options.onWarning?.(warning))
  }

  function requireClient(): InferenceClient {
    if (client) return client
    throw new InferstreamError('config', 'Call run and attach from an event or an effect, not while rendering.')
  }
}

const sentNow = { status: 'starting', connection: 'connecting' } as const

/** Loaded only now: it is for the next run's estimate, which can do without. */
function keepDuration(app: string, state: TaskState) {
  import('../storage/record-duration.ts').then(({ recordDuration }) => recordDuration(app, state)).catch(() => {})
}

import type {
  AppRef,
  FollowOptions,
  InferenceClient,
  InferstreamError,
  RunConfig,
  TaskPhase,
  TaskResult,
  TaskState,
  TaskUpdate,
} from '@inferstream/client'

/** How a run ended, as `run` resolves to it. `error`: the request or the connection failed, not the run. */
export type RunOutcome<TOutput = unknown> =
  | { status: 'completed'; output: TOutput }
  | { status: 'failed'; error: InferstreamError }
  | { status: 'cancelled' }
  | { status: 'error'; error: InferstreamError }

/** What every interface derives from a run's state. */
export interface RunFacts {
  /** From the call of `run` until the run has ended; one that waits for its turn included. */
  readonly isActive: boolean
  /** The run has ended: `completed`, `failed`, `cancelled`, or `error`. */
  readonly isTerminal: boolean
  /** The status in a person's words: `queued` while it waits, `starting` until the service accepted it, `failed` for `error`. */
  readonly phase: TaskPhase | 'idle'
  /** How much of the Blobs in `input` has been uploaded, 0–1; null while none is being uploaded. */
  readonly uploadProgress: number | null
}

/** A snapshot of a run as the hooks hold it: the client's state, and what every interface derives from it. */
export type RunSnapshot<TOutput = unknown> = TaskState<TOutput> & RunFacts

export type ResumeStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

/** The name under which a run is kept over a reload; a string means local storage. */
export type Resume = string | { key: string; storage?: ResumeStorage | undefined }

export interface RunCallbacks<TOutput = unknown> {
  /** Every update, in order. The state is rendered once a frame; this is called for each. */
  onUpdate?: ((update: TaskUpdate<TOutput>) => void) | undefined
  /** Called once per component and run: after a reload for a resumed run that had ended before, too. */
  onComplete?: ((result: TaskResult<TOutput>) => void) | undefined
  /** The run failed, or could not be started or followed. Not called for a cancelled one. */
  onError?: ((error: InferstreamError) => void) | undefined
  /** Last of all, however the run ended. Not called for a replaced run, nor after the component is gone. */
  onSettled?: ((outcome: RunOutcome<TOutput>) => void) | undefined
}

/** Of `useStreams`: as those of one run, with the run's place in `runs`. */
export interface BatchCallbacks<TOutput = unknown> {
  onUpdate?: ((index: number, update: TaskUpdate<TOutput>) => void) | undefined
  onComplete?: ((index: number, result: TaskResult<TOutput>) => void) | undefined
  onError?: ((index: number, error: InferstreamError) => void) | undefined
  onSettled?: ((index: number, outcome: RunOutcome<TOutput>) => void) | undefined
}

// Options say nothing of the input; the parameter is there so that hook, options and result take the same pair of types.
export interface UseStreamOptions<_TInput = unknown, TOutput = unknown>
  extends Omit<FollowOptions, 'signal'>, RunCallbacks<TOutput> {
  /** @defaultValue the client of the nearest `InferenceProvider`, else one for `/api/inference/proxy` */
  client?: InferenceClient | undefined
  /**
   * Keeps the task's id under `inferstream:<key>` for 24 hours, so that a reload or another tab shows the same run: as
   * ended when it ended meanwhile, with an error when the service no longer has it. `reset` forgets it. A run whose request
   * was unanswered when the page went cannot be found again: it is shown once, as an error that `mayHaveStarted`. Storage
   * that throws or is full is survived; nothing is then resumed.
   */
  resume?: Resume | undefined
  /**
   * What happens to a run that this hook started when a second `run`, or `reset`, replaces it. Runs that were attached or
   * resumed are only detached.
   * @defaultValue 'cancel'
   */
  replace?: 'cancel' | 'detach' | undefined
}

/** A typed reference made by `app()`, or `ns/name`. */
export type AppOption<TInput, TOutput> = AppRef<TInput, TOutput> | string

interface FollowActions<TOutput> {
  /**
   * Asks the service to cancel; resolves when it accepted, and waits for the task's id if it has not arrived yet. While Blobs
   * are uploaded, and for a run that waits, nothing has been sent: nothing will be. Without a run it does nothing. Awaiting
   * it is optional: a refusal goes to `onWarning` too, and the status is what it was.
   * @throws InferstreamError the service refused, or could not be reached
   */
  cancel(this: void): Promise<void>
  /** Runs the last config again. A run that was attached or resumed has none: that one is followed again. */
  retry(this: void): Promise<RunOutcome<TOutput>>
  /** Back to `idle`; see `replace` for what becomes of a run that is still going. */
  reset(this: void): void
}

interface AttachAction {
  /**
   * Follows a run that was started elsewhere; the current one is detached. For the run that is followed already: if its connection
   * was lost, the next attempt is made at once.
   */
  attach(this: void, taskId: string): void
}

export interface RunActions<TInput = unknown, TOutput = unknown> extends FollowActions<TOutput>, AttachAction {
  /**
   * Starts a run in place of the current one. Never rejects. A run that another one replaced resolves to `cancelled`, or,
   * when it was only detached, to `error` with code `aborted`; so does one whose component is gone. It is sent a microtask
   * later: one that is replaced or reset at once, as StrictMode does with what an effect runs, is never sent.
   */
  run<I extends TInput = TInput, O extends TOutput = TOutput>(
    this: void,
    config: RunConfig<I, O>,
  ): Promise<RunOutcome<O>>
}

export interface AppRunActions<TInput = unknown, TOutput = unknown> extends FollowActions<TOutput>, AttachAction {
  /** Runs the app that the hook was given, as `run` without an app does with a config. */
  run(this: void, input: TInput): Promise<RunOutcome<TOutput>>
}

export type UseStreamResult<TInput = unknown, TOutput = unknown> = RunSnapshot<TOutput> & RunActions<TInput, TOutput>

/** Of `useStream(app)`: `run` takes the input alone. */
export type UseAppStreamResult<TInput = unknown, TOutput = unknown> = RunSnapshot<TOutput> &
  AppRunActions<TInput, TOutput>

export type UseTaskResult<TOutput = unknown> = RunSnapshot<TOutput> & FollowActions<TOutput>

/** What a batch knows of each of its runs beside the run itself. */
export interface BatchFacts<TInput = unknown, TOutput = unknown> {
  /** What is run; null where it is not known any more: Blobs do not survive a reload. */
  readonly config: RunConfig<TInput, TOutput> | null
}

/** One run of `useStreams`: a `stream` for the components. */
export type BatchRun<TInput = unknown, TOutput = unknown> = UseStreamResult<TInput, TOutput> &
  BatchFacts<TInput, TOutput>

/** One run of `useStreams(app)`. */
export type AppBatchRun<TInput = unknown, TOutput = unknown> = UseAppStreamResult<TInput, TOutput> &
  BatchFacts<TInput, TOutput>

import type {
  FollowOptions,
  InferenceClient,
  InferstreamError,
  RunConfig,
  TaskPhase,
  TaskResult,
  TaskState,
  TaskUpdate,
} from '@inferstream/client'

/** How a run ended, as `run` resolves to it. `error` is ours: the request or the connection failed, not the run. */
export type RunOutcome<TOutput = unknown> =
  | { status: 'completed'; output: TOutput }
  | { status: 'failed'; error: InferstreamError }
  | { status: 'cancelled' }
  | { status: 'error'; error: InferstreamError }

/** A snapshot of a run as the hooks hold it: the client's, and what every interface derives from it. */
export interface RunSnapshot<TOutput = unknown> extends TaskState<TOutput> {
  /** From the call of `run` until the run has ended. */
  readonly isActive: boolean
  /** The run has ended: `completed`, `failed`, `cancelled`, or `error`. */
  readonly isTerminal: boolean
  /** What a person is told (protocol §3): `starting` until the service accepted the run, `failed` for `error`. */
  readonly phase: TaskPhase | 'idle'
}

export type ResumeStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

/** The name under which a run is kept over a reload; a string means local storage. */
export type Resume = string | { key: string; storage?: ResumeStorage | undefined }

// Options say nothing of the input; the parameter is there so that hook, options and result take the same pair of types.
export interface UseStreamOptions<_TInput = unknown, TOutput = unknown> extends Omit<FollowOptions, 'signal'> {
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
   * What happens to a run that this hook started and that a second `run`, or `reset`, takes the place of. Runs that were
   * attached or resumed are only detached.
   * @defaultValue 'cancel'
   */
  replace?: 'cancel' | 'detach' | undefined
  /** Every update, in order. The state is rendered once a frame; this is called for each. */
  onUpdate?: ((update: TaskUpdate<TOutput>) => void) | undefined
  /** Each page that shows the run hears of its end once: after a reload, of a resumed one that had ended before too. */
  onComplete?: ((result: TaskResult<TOutput>) => void) | undefined
  /** The run failed, or could not be started or followed. Not called for a cancelled one. */
  onError?: ((error: InferstreamError) => void) | undefined
  /** Last of all, however the run ended. Not called for a replaced run, nor after the component is gone. */
  onSettled?: ((outcome: RunOutcome<TOutput>) => void) | undefined
}

export interface RunActions<TInput = unknown, TOutput = unknown> {
  /**
   * Starts a run in place of the current one. Never rejects. A run that another one replaced resolves to `cancelled`, or,
   * when it was only detached, to `error` with code `aborted`; so does one whose component is gone. It is sent a microtask
   * later: one that is replaced or reset at once, as StrictMode does with what an effect runs, is never sent.
   */
  run<I extends TInput = TInput, O extends TOutput = TOutput>(
    this: void,
    config: RunConfig<I, O>,
  ): Promise<RunOutcome<O>>
  /**
   * Asks the service to cancel; resolves when it accepted, and waits for the task's id when there is none yet. Without a
   * run it does nothing. Awaiting it is optional: a refusal goes to `onWarning` too, and the status is what it was.
   * @throws InferstreamError the service refused, or could not be reached
   */
  cancel(this: void): Promise<void>
  /** Runs the last config again. A run that was attached or resumed has none: that one is followed again. */
  retry(this: void): Promise<RunOutcome<TOutput>>
  /** Follows a run that was started elsewhere; the current one is detached. Nothing, for the run that is followed already. */
  attach(this: void, taskId: string): void
  /** Back to `idle`; see `replace` for what becomes of a run that is still going. */
  reset(this: void): void
}

export interface UseStreamResult<TInput = unknown, TOutput = unknown>
  extends RunSnapshot<TOutput>, RunActions<TInput, TOutput> {}

export type UseTaskResult<TOutput = unknown> = Omit<UseStreamResult<unknown, TOutput>, 'run' | 'attach'>

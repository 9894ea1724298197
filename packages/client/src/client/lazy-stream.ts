import { InferstreamError } from '../core/errors.ts'
import { guard } from '../core/guard.ts'
import type { TaskResult, TaskState, TaskStream } from '../core/types.ts'
import { idleState } from '../log/idle-state.ts'

/**
 * A stream whose code is still being loaded. Calls made before that are passed on in order.
 * @param load Rejects if the code could not be loaded; the stream then ends with that error.
 * @param open Creates the stream from the loaded code. Not called if the stream was closed before.
 */
export function lazyStream<TModule, TOutput>(
  taskId: string,
  load: Promise<TModule>,
  open: (loaded: TModule) => TaskStream<TOutput>,
): TaskStream<TOutput> {
  let inner: TaskStream<TOutput> | null = null
  let state: TaskState<TOutput> = { ...idleState, taskId, status: 'starting', connection: 'connecting' }
  let isClosed = false
  const listeners = new Map<() => void, (() => void) | null>()
  const update = (change: Partial<TaskState<TOutput>>) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- TypeScript does not see that a spread of both is a state
    state = { ...state, ...change } as TaskState<TOutput>
    for (const listener of listeners.keys()) guard(listener)
  }
  let resolveResult: (result: TaskResult<TOutput> | Promise<TaskResult<TOutput>>) => void
  let rejectResult: (error: InferstreamError) => void
  const result = new Promise<TaskResult<TOutput>>((resolve, reject) => {
    resolveResult = resolve
    rejectResult = reject
  })
  result.catch(() => {})
  /** Resolves to null if the stream was closed before. */
  const opening = load.then((loaded) => {
    if (isClosed) return null
    inner = open(loaded)
    resolveResult(inner.result)
    for (const listener of listeners.keys()) {
      listeners.set(listener, inner.subscribe(listener))
      if (inner.state.status !== state.status || inner.state.connection !== state.connection) guard(listener)
    }
    return inner
  })
  opening.catch((error) => {
    if (isClosed) return
    update({ status: 'error', connection: 'closed', error })
    rejectResult(error)
  })
  const iterate = <T>(read: (stream: TaskStream<TOutput>) => AsyncIterator<T>): AsyncIterator<T> => {
    const done = { done: true, value: undefined } as const
    let iterator: AsyncIterator<T> | null = null
    const reading = opening.then((stream) => (iterator = stream && read(stream)))
    reading.catch(() => {})
    return {
      // Once there is a real iterator it is called directly: another await per update would double the cost of delivery.
      next: () => iterator?.next() ?? reading.then((ready) => ready?.next() ?? done),
      return: async () => (await reading)?.return?.() ?? done,
    }
  }
  return {
    taskId,
    get state() {
      return inner?.state ?? state
    },
    result,
    cancel: async () => (inner ?? (await opening))?.cancel(),
    close() {
      if (inner) inner.close()
      else if (!isClosed) {
        isClosed = true
        update({ connection: 'closed' })
        rejectResult(new InferstreamError('aborted', 'The stream was closed; the run itself goes on.', { taskId }))
      }
    },
    retryNow: () => inner?.retryNow?.(),
    subscribe(listener) {
      const entry = () => listener()
      listeners.set(entry, inner?.subscribe(entry) ?? null)
      return () => {
        listeners.get(entry)?.()
        listeners.delete(entry)
      }
    },
    batches: () => ({ [Symbol.asyncIterator]: () => iterate((stream) => stream.batches()[Symbol.asyncIterator]()) }),
    [Symbol.asyncIterator]: () => iterate((stream) => stream[Symbol.asyncIterator]()),
  }
}

import { guard } from '../core/guard.ts'
import { idleState } from '../log/idle-state.ts'
import type { TaskState, TaskStream } from '../core/types.ts'

/**
 * Stands for a stream whose code is still being loaded. Everything asked of it meanwhile is passed on, in order.
 * @param opening Rejects where the code could not be loaded; the stream then ends with that error.
 */
export function lazyStream<TOutput>(taskId: string, opening: Promise<TaskStream<TOutput>>): TaskStream<TOutput> {
  let inner: TaskStream<TOutput> | null = null
  let state: TaskState<TOutput> = { ...idleState, taskId, status: 'starting', connection: 'connecting' }
  let isClosed = false
  const listeners = new Map<() => void, (() => void) | null>()
  const notify = () => {
    for (const listener of listeners.keys()) guard(listener)
  }
  opening.then(
    (stream) => {
      inner = stream
      if (isClosed) stream.close()
      for (const listener of listeners.keys()) listeners.set(listener, stream.subscribe(listener))
      notify()
      return stream
    },
    (error) => {
      state = { ...state, status: 'error', connection: 'closed', error }
      notify()
    },
  )
  const result = opening.then((stream) => stream.result)
  result.catch(() => {})
  const iterate = <T>(read: (stream: TaskStream<TOutput>) => AsyncIterator<T>): AsyncIterator<T> => {
    let iterator: AsyncIterator<T> | null = null
    const reading = opening.then((stream) => (iterator = read(stream)))
    reading.catch(() => {})
    return {
      // Once there, the real one answers directly: an await more per update would double what delivery costs.
      next: () => iterator?.next() ?? reading.then((ready) => ready.next()),
      return: async () => (await reading).return?.() ?? { done: true, value: undefined },
    }
  }
  return {
    taskId,
    get state() {
      return inner?.state ?? state
    },
    result,
    cancel: async () => (inner ?? (await opening)).cancel(),
    close() {
      isClosed = true
      inner?.close()
    },
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

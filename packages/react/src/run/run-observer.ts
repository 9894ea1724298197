import type { TaskStream, TaskUpdate } from '@inferstream/client'
import type { RunCallbacks } from '../types.ts'

/** One hook that has callbacks: what it has received already, so that nothing reaches it twice. */
export interface RunObserver<TOutput> {
  /** Those of the latest render. */
  callbacks: RunCallbacks<TOutput>
  /** It has an `onUpdate`, for which the client must keep updates. */
  readsUpdates: boolean
  /** The run that the rest is about. */
  run: object | null
  linesRead: number
  isEndDelivered: boolean
  /** The stream whose updates it reads now, in an object of its own for each reading. */
  reading: { readonly stream: TaskStream<TOutput> } | null
  /** Fulfils when `onUpdate` has had every update. */
  read: Promise<void> | null
}

const nothingRead = { linesRead: 0, isEndDelivered: false, reading: null, read: null }

export function newObserver<TOutput>(): RunObserver<TOutput> {
  return { callbacks: {}, readsUpdates: false, run: null, ...nothingRead }
}

export function setCallbacks<TOutput>(observer: RunObserver<TOutput>, callbacks: RunCallbacks<TOutput>) {
  observer.callbacks = callbacks
}

/** Begins with another run, unless it is the one it has been about. */
export function turnTo<TOutput>(observer: RunObserver<TOutput>, run: object) {
  if (observer.run === run) return
  Object.assign(observer, { run, ...nothingRead })
}

/** Delivers each update of a stream, and each line once, until the observer reads something else. */
export async function readUpdates<TOutput>(
  observer: RunObserver<TOutput>,
  stream: TaskStream<TOutput>,
  deliver: (update: TaskUpdate<TOutput>) => void,
) {
  const reading = { stream }
  observer.reading = reading
  // A second connection delivers all lines that are kept once more.
  let received = stream.state.logs.dropped
  try {
    for await (const batch of stream.batches()) {
      for (const update of batch) {
        if (observer.reading !== reading) return
        const known = Math.max(0, observer.linesRead - received)
        received += update.logs.length
        observer.linesRead = Math.max(observer.linesRead, received)
        deliver(known > 0 ? { ...update, logs: update.logs.slice(known) } : update)
      }
    }
  } catch {
    // `result` has the reason.
  }
}

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { AppContext, FileObject } from '../apps/app.ts'
import { fileIdIn } from '../files.ts'
import { createId } from '../ids.ts'
import type { Job, WorkerMessage, WorkerSettings } from './protocol.ts'
import { backlogCell, cancelCell } from './protocol.ts'

/** Interval at which log text is sent, in milliseconds: faster updates would not be visible. */
const logInterval = 30
/** Interval at which a waiting thread checks whether it was cancelled, in milliseconds. */
const cancelInterval = 25
/** Messages in transit beyond which `drain` waits. */
const fullBacklog = 32

/** A job's context in its thread. `close()` sends the rest of the log. */
export function createWorkerContext(
  job: Job,
  settings: WorkerSettings,
  post: (message: WorkerMessage) => void,
): AppContext & { close(): void } {
  const cells = new Int32Array(job.shared)
  const cancellation = new AbortController()
  let text: string[] = []
  let loggedAt = -Infinity
  let timer: NodeJS.Timeout | undefined

  const watch = setInterval(() => {
    if (Atomics.load(cells, cancelCell) === 1) cancellation.abort(new CancelledError())
  }, cancelInterval)

  const send = (message: WorkerMessage) => {
    Atomics.add(cells, backlogCell, 1)
    post(message)
  }
  const flushLog = () => {
    clearTimeout(timer)
    timer = undefined
    if (text.length === 0) return
    loggedAt = performance.now()
    send({ type: 'log', text: text.join('') })
    text = []
  }
  /** Sends buffered log text first, so that everything arrives in order. */
  const emit = (message: WorkerMessage) => {
    flushLog()
    send(message)
  }

  return {
    signal: cancellation.signal,
    speed: settings.speed,
    throwIfCancelled() {
      if (Atomics.load(cells, cancelCell) === 1) throw new CancelledError()
    },
    log(piece) {
      text.push(piece)
      if (performance.now() - loggedAt >= logInterval) flushLog()
      else timer ??= setTimeout(flushLog, logInterval)
    },
    progress: (current, total, unit) =>
      emit({ type: 'progress', progress: { current, total, ...(unit === undefined ? {} : { unit }) } }),
    partial: (output) => emit({ type: 'partial', output }),
    output: (output) => emit({ type: 'output', output }),
    delta: (delta) => emit({ type: 'delta', delta }),
    file(bytes, { filename, contentType }): FileObject {
      const id = createId()
      writeFileSync(join(settings.filesFolder, id), bytes)
      emit({ type: 'file', file: { id, filename, contentType, size: bytes.byteLength } })
      return { uri: `${job.baseUrl}/files/${id}`, content_type: contentType, size: bytes.byteLength, filename }
    },
    read(address) {
      const id = fileIdIn(address)
      try {
        if (id !== undefined) return readFileSync(join(settings.filesFolder, id))
      } catch {
        // Dropped, or not uploaded yet: said below.
      }
      throw new Error(`${JSON.stringify(address.slice(0, 200))} is not a file that was uploaded here, or not any more.`)
    },
    async sleep(milliseconds) {
      flushLog()
      await wait(milliseconds / settings.speed, undefined, { signal: cancellation.signal }).catch(() => {
        throw new CancelledError()
      })
    },
    async drained() {
      flushLog()
      while (Atomics.load(cells, backlogCell) > fullBacklog && !cancellation.signal.aborted) await wait(2)
      cancellation.signal.throwIfAborted()
    },
    close() {
      flushLog()
      clearInterval(watch)
    },
  }
}

/** Thrown in the app when its task is cancelled. */
class CancelledError extends Error {
  override readonly name = 'CancelledError'
  constructor() {
    super('The task was cancelled.')
  }
}

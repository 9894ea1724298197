import type { TaskStream, TaskUpdate } from '@inferstream/client'
import type { Run } from './run.ts'

/** Tells each update of a run, and each line once, until the run lets go of this stream. */
export async function readUpdates<TInput, TOutput>(
  run: Run<TInput, TOutput>,
  stream: TaskStream<TOutput>,
  tell: (update: TaskUpdate<TOutput>) => void,
) {
  const { leave } = run
  // A second connection tells all lines that are kept anew.
  let told = stream.state.logs.dropped
  try {
    for await (const batch of stream.batches()) {
      for (const update of batch) {
        if (run.leave !== leave) return
        const known = Math.max(0, run.linesRead - told)
        told += update.logs.length
        run.linesRead = Math.max(run.linesRead, told)
        tell(known > 0 ? { ...update, logs: update.logs.slice(known) } : update)
      }
    }
  } catch {
    // Why it ended is told by `result`.
  }
}

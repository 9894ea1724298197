import type { TaskStream } from '../core/types.ts'

/**
 * Every line of the run from the call on, including lines that `maxLogLines` drops later; rows that the program has redrawn
 * as they were last drawn. Resolves once the run has ended or is no longer followed, for any reason. Never rejects.
 */
export async function collectLogs(stream: TaskStream): Promise<string[]> {
  const lines: string[] = []
  const rows: string[] = []
  let revision = 0
  // Within each change, before `maxLogLines` drops more.
  const copyRows = () => {
    const { logs } = stream.state
    const end = logs.dropped + logs.length
    const from = Math.max(logs.dropped, logs.revision === revision ? rows.length : end - logs.open)
    revision = logs.revision
    for (const [index, row] of logs.slice(from - logs.dropped).entries()) rows[from + index] = row
  }
  const unsubscribe = stream.subscribe(copyRows)
  copyRows()
  try {
    for await (const batch of stream.batches()) {
      for (const update of batch) for (const line of update.logs) lines.push(line)
    }
  } catch {
    // `result` reports how the run ended.
  }
  unsubscribe()
  // Without redrawn rows the lines are the rows, and complete even where one change had more lines than are kept.
  return revision === 0 ? lines : rows.filter((row) => row !== undefined)
}

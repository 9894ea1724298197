import type { TaskStream } from '../core/types.ts'

/**
 * Every line of the run, those that `maxLogLines` drops later among them. Resolves once the run has ended, or is no
 * longer followed, however that came about; never rejects.
 */
export async function collectLogs(stream: TaskStream): Promise<string[]> {
  const lines: string[] = []
  try {
    for await (const batch of stream.batches()) {
      for (const update of batch) for (const line of update.logs) lines.push(line)
    }
  } catch {
    // How it ended is the business of `result`.
  }
  return lines
}

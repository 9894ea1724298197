import type { TaskStream } from '../core/types.ts'

/**
 * Every line of the run from the call on, including lines that `maxLogLines` drops later. Resolves once the run has ended
 * or is no longer followed, for any reason. Never rejects.
 */
export async function collectLogs(stream: TaskStream): Promise<string[]> {
  const lines: string[] = []
  try {
    for await (const batch of stream.batches()) {
      for (const update of batch) for (const line of update.logs) lines.push(line)
    }
  } catch {
    // `result` reports how the run ended.
  }
  return lines
}

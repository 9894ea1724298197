import { InferstreamError } from '../core/errors.ts'
import { iterableTransport } from './from-async-iterable.ts'
import { isObject } from '../core/json.ts'
import { delay } from '../core/retry.ts'
import { hostPlatform } from '../core/platform.ts'
import type { Platform } from '../core/platform.ts'
import type { TaskStream, TaskUpdate, Transport } from '../core/types.ts'

/** NDJSON, one `{ at: ms since start, update }` a line. Resolves once the run has ended, however it ended. */
export async function recordRun(stream: TaskStream): Promise<string> {
  const lines: string[] = []
  const startedAt = Date.now()
  try {
    for await (const batch of stream.batches()) {
      const at = Date.now() - startedAt
      for (const update of batch) lines.push(`${JSON.stringify({ at, update })}\n`)
    }
  } catch {
    // A recording that breaks off is one, too: it replays up to where it broke.
  }
  return lines.join('')
}

/**
 * Plays a recording as a backend: every run gets it from its beginning.
 * @param options.speed 2 is twice as fast, Infinity waits for nothing. @defaultValue 1
 * @throws `config` for what is no recording, and for a speed that is not above 0.
 */
export function replayRun(recording: string, { speed = 1 }: { speed?: number } = {}): Transport {
  return replayWith(recording, speed, hostPlatform)
}

export function replayWith(recording: string, speed: number, platform: Platform): Transport {
  const steps = stepsOf(recording)
  if (!(speed > 0))
    throw new InferstreamError('config', 'speed must be above 0: 1 is as recorded, Infinity waits for nothing.')
  return iterableTransport(async function* play(_config, { signal }) {
    const startedAt = platform.now()
    for (const { at, update } of steps) {
      const left = startedAt + at / speed - platform.now()
      if (left > 0) await delay(platform, left, signal)
      if (signal.aborted) return
      yield update
    }
  }, platform)
}

function stepsOf(recording: string): { at: number; update: Partial<Omit<TaskUpdate, 'taskId'>> }[] {
  if (typeof recording !== 'string') throw new InferstreamError('config', 'replayRun() takes the text of recordRun().')
  const lines = recording.split('\n').filter((line) => line.trim() !== '')
  return lines.map((line, index) => {
    try {
      const step: unknown = JSON.parse(line)
      if (isObject(step) && typeof step['at'] === 'number' && isObject(step['update'])) {
        const { taskId: _taskId, ...update } = step['update']
        return { at: step['at'], update }
      }
    } catch {
      // said below
    }
    throw new InferstreamError('config', `Line ${index + 1} is no line of a recording made by recordRun().`)
  })
}

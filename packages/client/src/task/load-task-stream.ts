// The code that follows runs is loaded during the first POST, so that a page pays for it when it runs something.
import { InferstreamError } from '../core/errors.ts'

export type TaskStreamModule = typeof import('./task-stream.ts')

let loaded: TaskStreamModule | undefined

/** Undefined until it has been loaded. */
export function loadedTaskStream(): TaskStreamModule | undefined {
  return loaded
}

/** For code that has imported the module itself and needs streams without waiting. */
export function provideTaskStream(taskStream: TaskStreamModule): void {
  loaded = taskStream
}

/** @throws `network`, where the code could not be loaded; the next call tries again */
export async function loadTaskStream(taskId?: string): Promise<TaskStreamModule> {
  try {
    return (loaded ??= await import('./task-stream.ts'))
  } catch (cause) {
    throw codeNotLoaded(taskId, cause)
  }
}

export function codeNotLoaded(taskId: string | undefined, cause: unknown): InferstreamError {
  const message = 'The code that follows runs could not be loaded: reload. The run may go on.'
  return new InferstreamError('network', message, { retryable: true, mayHaveStarted: true, taskId, cause })
}

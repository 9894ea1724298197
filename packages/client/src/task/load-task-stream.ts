// The code that follows runs is loaded during the first POST, so that a page loads it only when it starts a run.
import { InferstreamError } from '../core/errors.ts'

export type TaskStreamModule = typeof import('./task-stream.ts')

let loaded: TaskStreamModule | undefined

/** The module, if it is loaded already. */
export function loadedTaskStream(): TaskStreamModule | undefined {
  return loaded
}

/** For code that imports the module statically and needs streams synchronously. */
export function provideTaskStream(taskStream: TaskStreamModule): void {
  loaded = taskStream
}

/** @throws `network` if the code could not be loaded; the next call tries again */
export async function loadTaskStream(taskId?: string): Promise<TaskStreamModule> {
  try {
    return (loaded ??= await import('./task-stream.ts'))
  } catch (cause) {
    throw codeNotLoaded(taskId, cause)
  }
}

export function codeNotLoaded(taskId: string | undefined, cause: unknown): InferstreamError {
  const message = 'The code that follows runs could not be loaded. Reload the page; the run may still be going on.'
  return new InferstreamError('network', message, { retryable: true, mayHaveStarted: true, taskId, cause })
}

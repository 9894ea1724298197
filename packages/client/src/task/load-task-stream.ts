// The code that follows runs is loaded during the first POST, so that a page loads it only when it starts a run.
import { loadError } from '../core/load-error.ts'

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
    throw loadError(cause, { mayHaveStarted: true, taskId })
  }
}

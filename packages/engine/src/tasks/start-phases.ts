import type { Phase } from '../apps/app.ts'
import type { QueuedRun } from './queue.ts'

/** What the engine prints before an app runs, like the service's workers. */
export function startPhaseLog(phase: Phase, { app, task }: QueuedRun): readonly string[] {
  switch (phase) {
    case 'preparing':
      return [
        `\u{1b}[1mResolving\u{1b}[0m ${app.ref} (version ${task.request.appVersionId.slice(0, 8)})`,
        'Image is up to date, using the cached layers',
      ]
    case 'serving':
      return [`Starting a worker thread on Node ${process.versions.node}`, 'Worker is ready']
    case 'setting_up':
      return [`Loading ${app.title}`, `Setup done, running \u{1b}[36m${task.request.function}\u{1b}[0m`]
    default:
      return phase satisfies never
  }
}

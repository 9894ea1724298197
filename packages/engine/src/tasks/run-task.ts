import { setTimeout as wait } from 'node:timers/promises'
import type { JsonObject, Phase } from '../apps/app.ts'
import type { FileStore } from '../files.ts'
import type { JobLimits, JobMessage, WorkerThread } from '../worker/worker-thread.ts'
import type { QueuedRun, RunTask } from './queue.ts'
import { startPhaseLog } from './start-phases.ts'
import type { Sessions } from './sessions.ts'
import type { LogType } from './task-log.ts'
import { logTypes } from './task-log.ts'
import type { Task } from './task.ts'

/** Waits between the statuses, in milliseconds at speed 1: long enough to be visible, short enough for a demo. */
const waits = { dispatched: 80, preparing: 200, serving: 180, setting_up: 180, uploading: 80 } as const

const phaseLogTypes: Readonly<Record<Phase, LogType>> = {
  preparing: logTypes.build,
  serving: logTypes.serve,
  setting_up: logTypes.setup,
}

/** Number of partial outputs whose files are kept (design §6). */
const keptPartials = 3

export interface RunDependencies {
  files: FileStore
  sessions: Sessions
  speed: number
  limits: JobLimits
}

/** Runs tasks through the statuses of protocol §3 on a worker. A warm session goes from dispatched directly to running. */
export function createTaskRunner({ files, sessions, speed, limits }: RunDependencies): RunTask {
  return async (run, worker, place) => {
    const { task } = run
    const pause = (milliseconds: number) => wait(milliseconds / speed, undefined, { signal: task.cancellation.signal })
    try {
      task.advance('dispatched')
      await pause(waits.dispatched)
      if (!isWarm(run, worker, place)) await startUp(run, worker, pause)
      worker.start()
      if (run.session) run.session.worker = { place, generation: worker.generation }
      task.advance('running')
      const kept = new KeptFiles(files, task)
      const outcome = await worker.run(
        { ref: run.app.ref, input: asObject(task.request.input), baseUrl: task.request.baseUrl },
        { signal: task.cancellation.signal, limits, onMessage: (message) => applyMessage(run, kept, message) },
      )
      if (outcome.type === 'completed') {
        task.advance('uploading')
        await pause(waits.uploading)
        task.complete(outcome.output)
      } else if (outcome.type === 'failed') {
        task.logLine(logTypes.task, outcome.error, run.app.logsAsLines)
        task.fail(outcome.error)
      } else {
        task.cancelled()
      }
    } catch (error) {
      if (task.cancellation.signal.aborted) task.cancelled()
      else task.fail(error instanceof Error ? error.message : String(error))
    }
    if (run.session) sessions.end(run.session)
    worker.rest(limits.idleMs, () => sessions.keepWarm(place, worker.generation))
  }
}

function isWarm({ session }: QueuedRun, worker: WorkerThread, place: number): boolean {
  return session?.worker?.place === place && session.worker.generation === worker.generation
}

async function startUp(run: QueuedRun, worker: WorkerThread, pause: (ms: number) => Promise<void>): Promise<void> {
  for (const phase of ['preparing', 'serving', 'setting_up'] as const) {
    run.task.advance(phase)
    if (phase === 'serving') worker.start()
    for (const line of startPhaseLog(phase, run)) {
      run.task.log(phaseLogTypes[phase], `${line}\n`)
      await pause(waits[phase] / 2)
    }
    const lines = run.app.phaseLog?.(phase, asObject(run.task.request.input)) ?? []
    for (const line of lines) run.task.log(phaseLogTypes[phase], `${line}\n`)
  }
}

function applyMessage({ task, app }: QueuedRun, kept: KeptFiles, message: JobMessage): void {
  switch (message.type) {
    case 'log':
      task.log(logTypes.task, message.text, app.logsAsLines)
      return
    case 'progress':
      task.progress(message.progress)
      return
    case 'partial':
      task.showOutput(message.output)
      kept.partialShown()
      return
    case 'output':
      task.storeOutput(message.output)
      return
    case 'delta':
      task.delta(message.delta)
      return
    case 'file':
      kept.add(message.file)
      return
    default:
      message satisfies never
  }
}

/** The files of a run: those of the last partial outputs and of the result are kept, older ones dropped. */
class KeptFiles {
  readonly #files: FileStore
  readonly #task: Task
  readonly #shown: string[][] = []
  #new: string[] = []

  constructor(files: FileStore, task: Task) {
    this.#files = files
    this.#task = task
  }

  add(file: { id: string; filename: string; contentType: string; size: number }): void {
    this.#files.adopt({ ...file, createdAt: this.#task.state.updatedAt })
    this.#new.push(file.id)
  }

  partialShown(): void {
    this.#shown.push(this.#new)
    this.#new = []
    if (this.#shown.length <= keptPartials) return
    for (const id of this.#shown.shift() ?? []) this.#files.remove(id)
  }
}

function asObject(input: unknown): JsonObject {
  return typeof input === 'object' && input !== null ? { ...input } : {}
}

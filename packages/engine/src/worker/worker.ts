// Runs one job at a time in a worker thread: see worker-thread.ts for the other side.
import { parentPort, workerData } from 'node:worker_threads'
import { findApp } from '../apps/catalogue.ts'
import type { Job, WorkerMessage, WorkerSettings } from './protocol.ts'
import { createWorkerContext } from './worker-context.ts'

const port = parentPort
if (!port) throw new Error('This file must be started as a worker thread.')
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- set by worker-thread.ts, the only place that starts this file
const settings = workerData as WorkerSettings

port.on('message', (job: Job) => void run(job))

function post(message: WorkerMessage): void {
  port?.postMessage(message)
}

async function run(job: Job): Promise<void> {
  const context = createWorkerContext(job, settings, post)
  try {
    const app = findApp(job.ref)?.app
    if (!app) throw new Error(`Unknown app ${job.ref}.`)
    const output = await app.run(job.input, context)
    context.close()
    post({ type: 'completed', output })
  } catch (error) {
    context.close()
    post({ type: 'failed', error: error instanceof Error ? error.message : String(error) })
  }
}

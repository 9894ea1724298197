import type { InferenceClient } from '@inferstream/client'
import { pageGate } from '../store/frame-gate.ts'
import { createRunStore } from './run-store.ts'
import type { RunStore } from './run-store.ts'

const tasks = new WeakMap<InferenceClient, Map<string, RunStore>>()

/** The one store for a task, so that whoever shows it shows the same, a retry too; kept while somebody shows it. */
export function sharedTask(client: InferenceClient, taskId: string): RunStore {
  const byId = tasks.get(client) ?? new Map<string, RunStore>()
  tasks.set(client, byId)
  const shared = byId.get(taskId)
  if (shared) return shared
  const store = createRunStore(pageGate, () => {
    if (byId.get(taskId) === store) byId.delete(taskId)
  })
  // A server renders for many people and subscribes for none.
  if (typeof window !== 'undefined') {
    byId.set(taskId, store)
    store.adopt(client, taskId)
  }
  return store
}

import type { InferenceClient } from '@inferstream/client'
import { pageGate } from './frame-gate.ts'
import { RunStore } from './run-store.ts'

const tasks = new WeakMap<InferenceClient, Map<string, RunStore>>()

/** The one store for a task, so that any number of components follow it by one connection; kept while somebody shows it. */
export function sharedTask(client: InferenceClient, taskId: string): RunStore {
  const byId = tasks.get(client) ?? new Map<string, RunStore>()
  tasks.set(client, byId)
  const shared = byId.get(taskId)
  if (shared) return shared
  const store: RunStore = new RunStore(pageGate, (open) => {
    if (open && !byId.has(taskId)) byId.set(taskId, store)
    if (!open && byId.get(taskId) === store) byId.delete(taskId)
  })
  // A server renders for many people and subscribes for none.
  if (typeof window !== 'undefined') {
    byId.set(taskId, store)
    store.adopt(client, taskId)
  }
  return store
}

import type { InferenceClient } from '@inferstream/client'
import { createRunStore } from './run-store.ts'
import type { RunStore } from './run-store.ts'

const tasks = new WeakMap<InferenceClient, Map<string, RunStore>>()

/** The one store for a task, so that all components show the same of it, a retry too; kept while one of them does. */
export function sharedTask(client: InferenceClient, taskId: string): RunStore {
  const byId = tasks.get(client) ?? new Map<string, RunStore>()
  tasks.set(client, byId)
  const shared = byId.get(taskId)
  if (shared) return shared
  const store = createRunStore({
    onRelease: () => {
      if (byId.get(taskId) === store) byId.delete(taskId)
    },
  })
  // A server renders for many people and subscribes for none.
  if (typeof window !== 'undefined') {
    byId.set(taskId, store)
    store.adopt(client, { taskId })
  }
  return store
}

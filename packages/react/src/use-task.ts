'use client'

import { useEffect, useInsertionEffect, useMemo, useState, useSyncExternalStore } from 'react'
import { InferstreamError } from '@inferstream/client'
import type { InferenceClient } from '@inferstream/client'
import { useClient } from './provider/inference-provider.tsx'
import { newObserver, setCallbacks } from './run/run-observer.ts'
import { createRunStore } from './run/run-store.ts'
import type { RunStore } from './run/run-store.ts'
import { sharedTask } from './run/shared-tasks.ts'
import { TrackedView } from './store/tracked-view.ts'
import type { RunCallbacks, RunOutcome, UseTaskResult } from './types.ts'

export interface UseTaskOptions<TOutput = unknown> extends RunCallbacks<TOutput> {
  /** @defaultValue the client of the nearest `InferenceProvider`, else one for `/api/inference/proxy` */
  client?: InferenceClient | undefined
}

/**
 * Follows a run by its task's id; `idle` without one. Components that show the same task share one connection, with
 * `useStream` too, which is released a second after the last of them has left. Re-renders as `useStream` does. Each
 * component's callbacks are called for what it shows: the end of a task that had ended before too, once.
 *
 * `retry` follows the task again; `reset` shows `idle`, to all who share it, until `retry`.
 */
// `any`, so that an untyped `output.url` works as in plain JavaScript.
// oxlint-disable-next-line typescript/no-explicit-any
export function useTask<TOutput = any>(
  taskId: string | null | undefined,
  options?: UseTaskOptions<TOutput>,
): UseTaskResult<TOutput> {
  const client = useClient(options?.client)
  const { store, view } = useMemo(() => viewOf<TOutput>(client, taskId), [client, taskId])
  const [observer] = useState(newObserver<TOutput>)
  useInsertionEffect(() => setCallbacks(observer, options ?? {}))
  const result = useSyncExternalStore(view.subscribe, view.getSnapshot, view.getServerSnapshot)
  const readsUpdates = Boolean(options?.onUpdate)
  useEffect(() => store.observe(observer, readsUpdates), [store, observer, readsUpdates])
  return result
}

function viewOf<TOutput>(client: InferenceClient, taskId: string | null | undefined) {
  const shared = taskId ? sharedTask(client, taskId) : createRunStore()
  // What a task outputs is what its caller says; nothing here could know better.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const store = shared as RunStore<unknown, TOutput>
  const { cancel, reset } = store.actions
  const retry = () => (taskId ? store.follow(client, { taskId }) : Promise.resolve(noTask()))
  return { store, view: new TrackedView(store, { cancel, retry, reset }) }
}

function noTask(): RunOutcome<never> {
  return { status: 'error', error: new InferstreamError('config', 'There is no task to follow: give useTask an id.') }
}

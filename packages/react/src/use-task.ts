'use client'

import { useMemo, useSyncExternalStore } from 'react'
import { InferstreamError } from '@inferstream/client'
import type { InferenceClient } from '@inferstream/client'
import { useClient } from './provider/inference-provider.tsx'
import { createRunStore } from './run/run-store.ts'
import { sharedTask } from './run/shared-tasks.ts'
import { TrackedView } from './store/tracked-view.ts'
import type { RunOutcome, UseTaskResult } from './types.ts'

export interface UseTaskOptions {
  /** @defaultValue the client of the nearest `InferenceProvider`, else one for `/api/inference/proxy` */
  client?: InferenceClient | undefined
}

/**
 * Follows a run by its task's id; `idle` without one. Components that show the same task share one connection, with
 * `useStream` too, which is released a second after the last of them has left. Re-renders as `useStream` does.
 *
 * `retry` follows the task again; `reset` shows `idle`, to all who share it, until `retry`.
 */
// `any`, so that an untyped `output.url` works as in plain JavaScript.
// oxlint-disable-next-line typescript/no-explicit-any
export function useTask<TOutput = any>(
  taskId: string | null | undefined,
  options: UseTaskOptions = {},
): UseTaskResult<TOutput> {
  const client = useClient(options.client)
  const view = useMemo(() => viewOf(client, taskId), [client, taskId])
  const result = useSyncExternalStore(view.subscribe, view.getSnapshot, view.getServerSnapshot)
  // What a task outputs is what its caller says; nothing here could know better.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return result as UseTaskResult<TOutput>
}

function viewOf(client: InferenceClient, taskId: string | null | undefined) {
  const store = taskId ? sharedTask(client, taskId) : createRunStore()
  const { cancel, reset } = store.actions
  const retry = () => (taskId ? store.follow(client, taskId) : Promise.resolve(noTask()))
  return new TrackedView(store, { cancel, retry, reset })
}

function noTask(): RunOutcome {
  return { status: 'error', error: new InferstreamError('config', 'There is no task to follow: give useTask an id.') }
}

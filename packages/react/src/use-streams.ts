'use client'

import { useInsertionEffect, useState, useSyncExternalStore } from 'react'
import type { InferenceClient, RunConfig } from '@inferstream/client'
import type { GroupSnapshot } from './run/group-snapshot.ts'
import { useClient } from './provider/inference-provider.tsx'
import { RunGroup } from './run/run-group.ts'
import { TrackedView } from './store/tracked-view.ts'
import type { RunOutcome } from './types.ts'

export interface UseStreamsOptions {
  /** @defaultValue the client of the nearest `InferenceProvider`, else one for `/api/inference/proxy` */
  client?: InferenceClient | undefined
  /** Runs going on at a time. @defaultValue all of them */
  concurrency?: number | undefined
}

export interface UseStreamsResult<TInput = unknown, TOutput = unknown> extends GroupSnapshot<TInput, TOutput> {
  /** Starts these runs in place of the current ones, which are cancelled. Never rejects; outcomes are in input order. */
  start(this: void, configs: readonly RunConfig<TInput, TOutput>[]): Promise<RunOutcome<TOutput>[]>
  /** Cancels what goes on, and what has not started yet without sending it. */
  cancelAll(this: void): Promise<void>
  /** Cancels what goes on and shows nothing. */
  reset(this: void): void
}

/**
 * Many runs as one: their counts, their common progress, and each of them as a `stream` for the components. Re-renders at
 * most once a frame, and only for what was read: `runs` changes when a property read from one of its runs did.
 */
// `any`, so that an untyped `output.url` works as in plain JavaScript.
// oxlint-disable-next-line typescript/no-explicit-any
export function useStreams<TInput = any, TOutput = any>(
  options: UseStreamsOptions = {},
): UseStreamsResult<TInput, TOutput> {
  const client = useClient(options.client)
  const [{ group, view }] = useState(create<TInput, TOutput>)
  useInsertionEffect(() => group.configure(client, options.concurrency ?? Infinity))
  return useSyncExternalStore(view.subscribe, view.getSnapshot, view.getServerSnapshot)
}

function create<TInput, TOutput>() {
  const group = new RunGroup<TInput, TOutput>()
  return { group, view: new TrackedView(group, group.actions) }
}

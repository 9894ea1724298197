'use client'

import { useEffect, useInsertionEffect, useState, useSyncExternalStore } from 'react'
import type { AppRef, InferenceClient, RunConfig } from '@inferstream/client'
import type { GroupFacts, GroupSnapshot } from './run/group-snapshot.ts'
import { optionsOf } from './options.ts'
import { useClient } from './provider/inference-provider.tsx'
import { RunGroup } from './run/run-group.ts'
import { keyOf } from './storage/resume.ts'
import { TrackedView } from './store/tracked-view.ts'
import type { AppBatchRun, AppOption, BatchCallbacks, Resume, RunOutcome } from './types.ts'

// As `UseStreamOptions`, the options take both types.
export interface UseStreamsOptions<_TInput = unknown, TOutput = unknown> extends BatchCallbacks<TOutput> {
  /** @defaultValue the client of the nearest `InferenceProvider`, else one for `/api/inference/proxy` */
  client?: InferenceClient | undefined
  /** Runs going on at a time; less than one counts as one. @defaultValue all of them */
  concurrency?: number | undefined
  /**
   * Keeps the batch under `inferstream:<key>` for 24 hours: after a reload, runs that were sent are found by their ids, and
   * those that waited still wait and are sent in their turn. Of several tabs one sends; the next does when it has gone. A
   * run whose request was unanswered is an error that `mayHaveStarted`, and one that waited with Blobs is an error.
   */
  resume?: Resume | undefined
}

interface BatchActions<TOutput> {
  /** Runs those that ended in `failed` or `error` again, in their turn. Outcomes are in their order. */
  retryFailed(this: void): Promise<RunOutcome<TOutput>[]>
  /** Takes one run out of the batch, and cancels it where it goes on. Runs behind it move up. Nothing for a wrong index. */
  remove(this: void, index: number): void
  /** Cancels what goes on, and what has not started yet without sending it. */
  cancelAll(this: void): Promise<void>
  /** Cancels what goes on and shows nothing. */
  reset(this: void): void
}

export interface UseStreamsResult<TInput = unknown, TOutput = unknown>
  extends GroupSnapshot<TInput, TOutput>, BatchActions<TOutput> {
  /** Starts these runs in place of the current ones, which are cancelled. Never rejects; outcomes are in input order. */
  start(this: void, configs: readonly RunConfig<TInput, TOutput>[]): Promise<RunOutcome<TOutput>[]>
  /** Adds a run at the end; it is sent in its turn. Returns its index in `runs`. */
  add(this: void, config: RunConfig<TInput, TOutput>): number
}

/** Of `useStreams(app)`: `start`, `add` and each `run` take inputs alone. */
export interface UseAppStreamsResult<TInput = unknown, TOutput = unknown> extends GroupFacts, BatchActions<TOutput> {
  readonly runs: readonly AppBatchRun<TInput, TOutput>[]
  start(this: void, inputs: readonly TInput[]): Promise<RunOutcome<TOutput>[]>
  add(this: void, input: TInput): number
}

/**
 * Many runs as one: their counts, their common progress, and each of them as a `stream` for the components. Re-renders at
 * most once a frame, and only for what was read: `runs` changes when a property read from one of its runs did.
 */
export function useStreams<TInput, TOutput>(
  app: AppRef<TInput, TOutput>,
  options?: UseStreamsOptions<TInput, TOutput>,
): UseAppStreamsResult<TInput, TOutput>
/** With `app` among the options, likewise. */
export function useStreams<TInput, TOutput>(
  options: UseStreamsOptions<TInput, TOutput> & { app: AppOption<TInput, TOutput> },
): UseAppStreamsResult<TInput, TOutput>
/** Without an app, each config names its own. */
// `any`, so that an untyped `output.url` works as in plain JavaScript.
// oxlint-disable-next-line typescript/no-explicit-any
export function useStreams<TInput = any, TOutput = any>(
  options?: UseStreamsOptions<TInput, TOutput>,
): UseStreamsResult<TInput, TOutput>
export function useStreams<TInput, TOutput>(
  first?: AppRef<TInput, TOutput> | UseStreamsOptions<TInput, TOutput>,
  second?: UseStreamsOptions<TInput, TOutput>,
): UseStreamsResult<TInput, TOutput> | UseAppStreamsResult<TInput, TOutput> {
  const options = optionsOf<TInput, TOutput, UseStreamsOptions<TInput, TOutput>>(first, second)
  const client = useClient(options.client)
  const [{ group, view }] = useState(create<TInput, TOutput>)
  useInsertionEffect(() => group.configure(client, options))
  const result = useSyncExternalStore(view.subscribe, view.getSnapshot, view.getServerSnapshot)
  const key = keyOf(options.resume)
  useEffect(() => group.resume(key), [group, key])
  return result
}

function create<TInput, TOutput>() {
  const group = new RunGroup<TInput, TOutput>()
  return { group, view: new TrackedView(group, group.actions) }
}

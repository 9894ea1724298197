'use client'

import { useEffect, useInsertionEffect, useState, useSyncExternalStore } from 'react'
import type { AppRef } from '@inferstream/client'
import { optionsOf } from './options.ts'
import { useClient } from './provider/inference-provider.tsx'
import { keyOf } from './storage/resume.ts'
import { createRunStore } from './run/run-store.ts'
import { TrackedView } from './store/tracked-view.ts'
import type { AppOption, UseAppStreamResult, UseStreamOptions, UseStreamResult } from './types.ts'

/**
 * Starts runs of one app and follows them: `run` takes the input alone. The component re-renders at most once a frame, and
 * only for properties that it has read from the result; spreading reads all of them. Passing the result on as
 * `stream={…}` reads none. Unmounting detaches: the run goes on at the service.
 * @throws InferstreamError `config` while rendering, when `client` is not a client
 */
export function useStream<TInput, TOutput>(
  app: AppRef<TInput, TOutput>,
  options?: UseStreamOptions<TInput, TOutput>,
): UseAppStreamResult<TInput, TOutput>
/** With `app` among the options, likewise. */
export function useStream<TInput, TOutput>(
  options: UseStreamOptions<TInput, TOutput> & { app: AppOption<TInput, TOutput> },
): UseAppStreamResult<TInput, TOutput>
/** Without an app, `run` takes a whole config. */
// `any`, so that an untyped `output.url` works as in plain JavaScript.
// oxlint-disable-next-line typescript/no-explicit-any
export function useStream<TInput = any, TOutput = any>(
  options?: UseStreamOptions<TInput, TOutput>,
): UseStreamResult<TInput, TOutput>
export function useStream<TInput, TOutput>(
  first?: AppRef<TInput, TOutput> | UseStreamOptions<TInput, TOutput>,
  second?: UseStreamOptions<TInput, TOutput>,
): UseStreamResult<TInput, TOutput> | UseAppStreamResult<TInput, TOutput> {
  const options = optionsOf<TInput, TOutput, UseStreamOptions<TInput, TOutput>>(first, second)
  const client = useClient(options.client)
  const [{ store, view }] = useState(create<TInput, TOutput>)
  useInsertionEffect(() => store.configure(client, options))
  const result = useSyncExternalStore(view.subscribe, view.getSnapshot, view.getServerSnapshot)
  const key = keyOf(options.resume)
  useEffect(() => store.resume(key), [store, key])
  return result
}

function create<TInput, TOutput>() {
  const store = createRunStore<TInput, TOutput>()
  return { store, view: new TrackedView(store, store.actions) }
}

'use client'

import { useMutation } from '@tanstack/react-query'
import type { UseMutationOptions, UseMutationResult } from '@tanstack/react-query'
import type { InferenceClient, InferstreamError, RunConfig, TaskSnapshot } from '@inferstream/client'
import { useClient } from '../provider/inference-provider.tsx'
import { keyOf } from './query-keys.ts'

export interface UseRunMutationOptions<TInput, TOutput> extends Omit<
  UseMutationOptions<TaskSnapshot, InferstreamError, RunConfig<TInput, TOutput>>,
  'mutationFn'
> {
  /** @defaultValue the client of the nearest `InferenceProvider`, else one for `/api/inference/proxy` */
  client?: InferenceClient | undefined
}

/**
 * Starts a run. The mutation has succeeded when the service has accepted the run; `data.taskId` is then what
 * `taskQueryOptions` follows. The task list is fetched again.
 */
// `any`, so that an untyped input works as in plain JavaScript.
// oxlint-disable-next-line typescript/no-explicit-any
export function useRunMutation<TInput = any, TOutput = any>({
  client: ownClient,
  ...options
}: UseRunMutationOptions<TInput, TOutput> = {}): UseMutationResult<
  TaskSnapshot,
  InferstreamError,
  RunConfig<TInput, TOutput>
> {
  const client = useClient(ownClient)
  return useMutation({
    mutationKey: ['inferstream', 'run'],
    // A run that waited for the network would start when nobody expects it any more.
    networkMode: 'always',
    ...options,
    async mutationFn(config, { client: queryClient }) {
      const task = await client.run(config, { wait: false })
      void queryClient.invalidateQueries({ queryKey: keyOf(client, 'tasks') })
      return task
    },
  })
}

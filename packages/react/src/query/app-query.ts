import { queryOptions } from '@tanstack/react-query'
import type { AppDetails, InferenceClient, InferstreamError } from '@inferstream/client'
import { keyOf } from './query-keys.ts'

/** An app's title, description and schemas, which change with its version only: five minutes count as fresh. */
export function appQueryOptions(client: InferenceClient, ref: string) {
  return queryOptions<AppDetails, InferstreamError>({
    queryKey: keyOf(client, 'app', ref),
    queryFn: ({ signal }) => client.apps.get(ref, { signal }),
    staleTime: 300_000,
    // Attempts and waiting for the network are the client's business.
    retry: false,
    networkMode: 'always',
  })
}

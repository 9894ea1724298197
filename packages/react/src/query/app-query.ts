import { queryOptions } from '@tanstack/react-query'
import type { AppDetails, InferenceClient, InferstreamError } from '@inferstream/client'

/** An app's title, description and schemas, which change with its version only: five minutes count as fresh. */
export function appQueryOptions(client: InferenceClient, ref: string) {
  return queryOptions<AppDetails, InferstreamError>({
    queryKey: ['inferstream', 'app', ref],
    queryFn: () => client.apps.get(ref),
    staleTime: 300_000,
    // Attempts and waiting for the network are the client's business.
    retry: false,
    networkMode: 'always',
  })
}

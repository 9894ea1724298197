import { queryOptions } from '@tanstack/react-query'
import type { InferenceClient } from '@inferstream/client'

/** An app's title, description and schemas, which change with its version only: five minutes count as fresh. */
export function appQueryOptions(client: InferenceClient, ref: string) {
  return queryOptions({
    queryKey: ['inferstream', 'app', ref],
    queryFn: () => client.apps.get(ref),
    staleTime: 300_000,
  })
}

import { infiniteQueryOptions } from '@tanstack/react-query'
import type { InferenceClient } from '@inferstream/client'

/** The account's tasks, newest first, a page at a time. The proxy refuses this unless `POST /tasks/list` was opted in. */
export function taskListQueryOptions(client: InferenceClient) {
  return infiniteQueryOptions({
    queryKey: ['inferstream', 'tasks'],
    queryFn: ({ pageParam }) => client.tasks.list(pageParam === null ? {} : { cursor: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  })
}

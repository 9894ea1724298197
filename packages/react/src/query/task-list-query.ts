import { infiniteQueryOptions } from '@tanstack/react-query'
import type { InfiniteData, QueryKey } from '@tanstack/react-query'
import type { InferenceClient, InferstreamError, TaskList } from '@inferstream/client'
import { keyOf } from './query-keys.ts'
import { withKnownTasks } from './task-lists.ts'

/**
 * The account's tasks, newest first, a page at a time. A task that `taskQueryOptions` follows keeps its row up to date. The proxy refuses this unless `POST /tasks/list` was opted in.
 */
export function taskListQueryOptions(client: InferenceClient) {
  return infiniteQueryOptions<TaskList, InferstreamError, InfiniteData<TaskList>, QueryKey, string | null>({
    queryKey: keyOf(client, 'tasks'),
    async queryFn({ pageParam, signal, client: queryClient }) {
      const page = await client.tasks.list(pageParam === null ? {} : { cursor: pageParam }, { signal })
      return withKnownTasks(queryClient, client, page)
    },
    initialPageParam: null,
    getNextPageParam: (page) => page.nextCursor,
    retry: (failures, { retryable }) => retryable && failures < 3,
    networkMode: 'always',
  })
}

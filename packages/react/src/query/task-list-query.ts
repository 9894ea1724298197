import { infiniteQueryOptions } from '@tanstack/react-query'
import type { InfiniteData, QueryKey } from '@tanstack/react-query'
import type { InferenceClient, InferstreamError, TaskList } from '@inferstream/client'

/** The account's tasks, newest first, a page at a time. The proxy refuses this unless `POST /tasks/list` was opted in. */
export function taskListQueryOptions(client: InferenceClient) {
  return infiniteQueryOptions<TaskList, InferstreamError, InfiniteData<TaskList>, QueryKey, string | null>({
    queryKey: ['inferstream', 'tasks'],
    queryFn: ({ pageParam }) => client.tasks.list(pageParam === null ? {} : { cursor: pageParam }),
    initialPageParam: null,
    getNextPageParam: (page) => page.nextCursor,
    retry: (failures, { retryable }) => retryable && failures < 3,
    networkMode: 'always',
  })
}

import type { InfiniteData, QueryClient } from '@tanstack/react-query'
import { statusTables } from '@inferstream/client'
import type { InferenceClient, TaskList, TaskStatus } from '@inferstream/client'
import type { RunSnapshot } from '../types.ts'
import { keyOf } from './query-keys.ts'

/** Gives a task's row its status, in the list of this client. */
export function showInLists(queryClient: QueryClient, client: InferenceClient, { taskId, status }: RunSnapshot) {
  const statusCode = codeOf(status)
  if (statusCode === undefined) return
  const queryKey = keyOf(client, 'tasks')
  const lists = queryClient.getQueryData<InfiniteData<TaskList>>(queryKey)
  const isStale = lists?.pages.some(({ items }) =>
    items.some((item) => item.taskId === taskId && item.status !== status),
  )
  if (!lists || !isStale) return
  const pages = lists.pages.map((page) => ({
    ...page,
    // Its code says that it is a status of the service.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    items: page.items.map((item) =>
      item.taskId === taskId ? { ...item, status: status as TaskStatus, statusCode } : item,
    ),
  }))
  const updatedAt = queryClient.getQueryState(queryKey)?.dataUpdatedAt
  // As old as it was: the other rows are no newer for it.
  queryClient.setQueryData(queryKey, { ...lists, pages }, updatedAt === undefined ? {} : { updatedAt })
}

function codeOf(status: RunSnapshot['status']): number | undefined {
  const entry = Object.entries(statusTables.current).find(([, name]) => name === status)
  return entry && Number(entry[0])
}

import type { InfiniteData, QueryClient } from '@tanstack/react-query'
import { statusTables } from '@inferstream/client'
import type { InferenceClient, TaskList, TaskSnapshot } from '@inferstream/client'
import type { RunSnapshot } from '../types.ts'
import { keyOf } from './query-keys.ts'

/** Gives a task's row its status, in the list of this client. */
export function showInLists(queryClient: QueryClient, client: InferenceClient, { taskId, status }: RunSnapshot) {
  const known = Object.entries(statusTables.current).find(([, name]) => name === status)
  const queryKey = keyOf(client, 'tasks')
  const lists = queryClient.getQueryData<InfiniteData<TaskList>>(queryKey)
  // Not a status of the service, or nothing to change.
  if (
    !known ||
    !lists?.pages.some(({ items }) => items.some((item) => item.taskId === taskId && item.status !== status))
  )
    return
  const change = { statusCode: Number(known[0]), status: known[1] }
  const update = (item: TaskSnapshot) => (item.taskId === taskId ? { ...item, ...change } : item)
  const pages = lists.pages.map((page) => ({ ...page, items: page.items.map(update) }))
  // As old as it was: the other rows are no newer for it.
  const updatedAt = queryClient.getQueryState(queryKey)?.dataUpdatedAt
  queryClient.setQueryData(queryKey, { ...lists, pages }, updatedAt === undefined ? {} : { updatedAt })
}

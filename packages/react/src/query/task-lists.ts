import type { InfiniteData, QueryClient } from '@tanstack/react-query'
import { statusTables } from '@inferstream/client'
import type { InferenceClient, TaskList, TaskListItem } from '@inferstream/client'
import type { RunSnapshot } from '../types.ts'
import { keyOf } from './query-keys.ts'

/** Gives a task's row its status, in the list of this client. */
export function showInLists(queryClient: QueryClient, client: InferenceClient, { taskId, status }: RunSnapshot) {
  const known = rowOf(status)
  const queryKey = keyOf(client, 'tasks')
  const lists = queryClient.getQueryData<InfiniteData<TaskList>>(queryKey)
  // Not a status of the service, or nothing to change.
  if (
    !known ||
    !lists?.pages.some(({ items }) => items.some((item) => item.taskId === taskId && item.status !== status))
  )
    return
  const update = (item: TaskListItem) => (item.taskId === taskId ? { ...item, ...known } : item)
  const pages = lists.pages.map((page) => ({ ...page, items: page.items.map(update) }))
  // As old as it was: the other rows are no newer for it.
  const updatedAt = queryClient.getQueryState(queryKey)?.dataUpdatedAt
  queryClient.setQueryData(queryKey, { ...lists, pages }, updatedAt === undefined ? {} : { updatedAt })
}

/** A page of the list with what the same cache knows better: tasks that are followed, or have ended. */
export function withKnownTasks(queryClient: QueryClient, client: InferenceClient, page: TaskList): TaskList {
  const cache = queryClient.getQueryCache()
  const items = page.items.map((item) => {
    const query = cache.find<RunSnapshot>({ queryKey: keyOf(client, 'task', item.taskId), exact: true })
    const state = query?.state.data
    const isKnown = state !== undefined && (state.isTerminal || query?.isActive())
    return isKnown ? { ...item, ...rowOf(state.status) } : item
  })
  return { ...page, items }
}

/** Undefined for what is not a status of the service. */
function rowOf(status: RunSnapshot['status']): Pick<TaskListItem, 'status' | 'statusCode'> | undefined {
  const known = Object.entries(statusTables.current).find(([, name]) => name === status)
  return known && { statusCode: Number(known[0]), status: known[1] }
}

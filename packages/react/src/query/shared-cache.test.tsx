import { QueryClient, QueryClientProvider, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { act, renderHook } from '@testing-library/react'
import type { ReactNode } from 'react'
import { describe, expect, it, vi } from 'vitest'
import type { InferenceClient, RequestOptions, TaskList } from '@inferstream/client'
import { config, handCrankFrames, pass, scripted } from '../../test/scripted.tsx'
import { appQueryOptions, taskListQueryOptions, taskQueryOptions } from './index.ts'

handCrankFrames()

function cached() {
  const queryClient = new QueryClient()
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={queryClient}>{children}</QueryClientProvider>
  )
  return { queryClient, wrapper }
}

/** The same client, with this answer to `tasks.list`. */
const listing = (client: InferenceClient, list: InferenceClient['tasks']['list']): InferenceClient => ({
  ...client,
  tasks: { ...client.tasks, list },
})

describe('one task’s end', () => {
  it('is shown by the task list of the same cache at once, without asking for it again', async () => {
    const { transport, client: plain } = scripted()
    const { taskId } = await plain.run(config, { wait: false })
    const other = { taskId: 'other', status: 'serving', statusCode: 5 } as const
    const list = vi.fn(async (): Promise<TaskList> => ({
      items: [{ taskId, status: 'serving', statusCode: 5 }, other],
      nextCursor: null,
    }))
    const client = listing(plain, list)
    const { result } = renderHook(
      () => ({
        list: useInfiniteQuery(taskListQueryOptions(client)),
        task: useQuery(taskQueryOptions(client, taskId)),
      }),
      cached(),
    )
    await pass()
    await act(async () => transport.last.update({ status: 'running' }))
    await pass()
    expect(result.current.list.data?.pages[0]?.items[0]?.status).toBe('running')
    await act(async () => transport.last.complete(1))
    await pass()
    expect(result.current.task.data?.status).toBe('completed')
    expect(result.current.list.data?.pages[0]?.items).toEqual([{ taskId, status: 'completed', statusCode: 10 }, other])
    expect(list).toHaveBeenCalledTimes(1)
  })
})

describe('a task list that lags behind', () => {
  it('shows the known end of a task, on a refetch and when it is mounted later', async () => {
    const { transport, client: plain } = scripted()
    const { taskId } = await plain.run(config, { wait: false })
    const items = [{ taskId, status: 'serving', statusCode: 5 } as const]
    const client = listing(plain, async () => ({ items, nextCursor: null }))
    const { queryClient, wrapper } = cached()
    renderHook(() => useQuery(taskQueryOptions(client, taskId)), { wrapper })
    await pass()
    await act(async () => transport.last.complete(1))
    await pass()
    const { result } = renderHook(() => useInfiniteQuery(taskListQueryOptions(client)), { wrapper })
    await pass()
    expect(result.current.data?.pages[0]?.items[0]?.status).toBe('completed')
    await act(() => queryClient.invalidateQueries({ queryKey: taskListQueryOptions(client).queryKey }))
    expect(result.current.data?.pages[0]?.items[0]).toEqual({ taskId, status: 'completed', statusCode: 10 })
  })
})

describe('two clients in one cache', () => {
  it('share no query', () => {
    const [one, two] = [scripted().client, scripted().client]
    for (const keys of [
      [one, two].map((client) => taskQueryOptions(client, 't1').queryKey),
      [one, two].map((client) => taskListQueryOptions(client).queryKey),
      [one, two].map((client) => appQueryOptions(client, 'ns/app').queryKey),
    ]) {
      expect(keys[0]).not.toEqual(keys[1])
      expect(keys[0]?.slice(0, 2)).toEqual(keys[1]?.slice(0, 2))
    }
    expect(taskQueryOptions(one, 't1').queryKey).toEqual(taskQueryOptions(one, 't1').queryKey)
  })
})

describe('a query that is cancelled', () => {
  it.each([
    ['taskListQueryOptions', (client: InferenceClient) => taskListQueryOptions(client)],
    ['appQueryOptions', (client: InferenceClient) => appQueryOptions(client, 'ns/app')],
  ])('of %s aborts its request', async (_, optionsOf) => {
    const signals: (AbortSignal | undefined)[] = []
    const hang = (options: RequestOptions | undefined) => {
      signals.push(options?.signal)
      return new Promise<never>(() => {})
    }
    const { client } = scripted()
    const hung: InferenceClient = {
      ...client,
      tasks: { ...client.tasks, list: (_page, options) => hang(options) },
      apps: { ...client.apps, get: (_ref, options) => hang(options) },
    }
    const { queryClient } = cached()
    const options = optionsOf(hung)
    void queryClient.fetchQuery(options as never).catch(() => {})
    await queryClient.cancelQueries({ queryKey: options.queryKey })
    expect(signals).toHaveLength(1)
    expect(signals[0]?.aborted).toBe(true)
  })
})

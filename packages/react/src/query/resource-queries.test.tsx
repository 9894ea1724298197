import {
  onlineManager,
  QueryClient,
  QueryClientProvider,
  useInfiniteQuery,
  useQuery,
  useSuspenseQuery,
} from '@tanstack/react-query'
import { act, renderHook, waitFor } from '@testing-library/react'
import { Suspense } from 'react'
import type { ReactNode } from 'react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { inference } from '@inferstream/client'
import { engineUrl } from '../../test/engine.ts'
import { appQueryOptions, taskListQueryOptions, useRunMutation } from './index.ts'

// Against the engine itself, by Node's fetch.
const requests: string[] = []
const client = inference({
  baseUrl: engineUrl,
  fetch: (input, init) => {
    requests.push(String(input instanceof Request ? input.url : input).replace(engineUrl, ''))
    return fetch(input, init)
  },
})
const echo = { app: 'local/echo', input: { text: 'hello' } }

beforeEach(() => void requests.splice(0))
afterEach(() => vi.restoreAllMocks())

function cached() {
  const queryClient = new QueryClient()
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={queryClient}>
      <Suspense>{children}</Suspense>
    </QueryClientProvider>
  )
  return { wrapper }
}

describe('taskListQueryOptions', () => {
  it('has the account’s tasks a page at a time, newest first, each once, to the end', async () => {
    const started: string[] = []
    for (let count = 0; count < 60; count++) started.push((await client.run(echo, { wait: false })).taskId)
    const { result } = renderHook(() => useInfiniteQuery(taskListQueryOptions(client)), { wrapper: cached().wrapper })
    await waitFor(() => expect(result.current.hasNextPage).toBe(true))
    const known = () => result.current.data?.pages.flatMap(({ items }) => items.map(({ taskId }) => taskId)) ?? []
    const first = known()
    for (let page = 0; page < 20 && result.current.hasNextPage; page++) {
      await act(async () => void (await result.current.fetchNextPage()))
    }
    expect(result.current.hasNextPage).toBe(false)
    expect(known().slice(0, first.length)).toEqual(first)
    expect(new Set(known()).size).toBe(known().length)
    expect(known().filter((id) => started.includes(id))).toEqual(started.toReversed())
  })
})

describe('appQueryOptions', () => {
  it('has title and schemas, and asks once for all who show the app within five minutes', async () => {
    const { wrapper } = cached()
    const first = renderHook(() => useQuery(appQueryOptions(client, 'local/echo')), { wrapper })
    await waitFor(() => expect(first.result.current.data?.title).toBe('Echo'))
    expect(first.result.current.data?.inputSchema).toMatchObject({ type: 'object' })
    const second = renderHook(() => useSuspenseQuery(appQueryOptions(client, 'local/echo')), { wrapper })
    expect(second.result.current.data).toBe(first.result.current.data)
    expect(requests).toEqual(['/apps/local/echo'])
  })

  it('says at once that an app is unknown, by the defaults of TanStack Query too', async () => {
    const { wrapper } = cached()
    const { result } = renderHook(() => useQuery(appQueryOptions(client, 'local/nothing')), { wrapper })
    await waitFor(() => expect(result.current.error?.code).toBe('not_found'))
    expect(requests).toEqual(['/apps/local/nothing'])
  })
})

describe('useRunMutation', () => {
  it('refetches the task list, with the new run on top', async () => {
    const { wrapper } = cached()
    const { result } = renderHook(
      () => ({ list: useInfiniteQuery(taskListQueryOptions(client)), start: useRunMutation({ client }) }),
      { wrapper },
    )
    await waitFor(() => expect(result.current.list.isSuccess).toBe(true))
    const { taskId } = await act(() => result.current.start.mutateAsync(echo))
    await waitFor(() => expect(result.current.list.data?.pages[0]?.items[0]?.taskId).toBe(taskId))
  })
})

describe('without a network', () => {
  it('a service on this machine is asked all the same', async () => {
    vi.spyOn(onlineManager, 'isOnline').mockReturnValue(false)
    const { wrapper } = cached()
    const { result } = renderHook(
      () => ({
        list: useInfiniteQuery(taskListQueryOptions(client)),
        app: useQuery(appQueryOptions(client, 'local/echo')),
        start: useRunMutation({ client }),
      }),
      { wrapper },
    )
    await act(() => result.current.start.mutateAsync(echo))
    await waitFor(() => expect(result.current.list.isSuccess && result.current.app.isSuccess).toBe(true))
  })
})
